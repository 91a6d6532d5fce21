//! Characters that a reader cannot see.

/// Whether a character has no looks of its own, or changes how others are shown: controls, directions, joiners.
pub(super) fn is_invisible(character: char) -> bool {
    let formats = matches!(character,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}');
    formats || character.is_control()
}
