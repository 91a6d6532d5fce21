//! How values stand in a file: numbers with the lowest byte first, lists and texts behind their length, nothing aligned.
//!
//! Reading trusts nothing. A list takes room as its members are read, and at first no more than the bytes that are left could
//! fill, so that a length which lies costs nothing.

pub(crate) use crate::program::verify::Flaw;

/// What is left of a file to read.
pub(crate) struct Bytes<'a>(pub &'a [u8]);

impl<'a> Bytes<'a> {
    pub(crate) fn take(&mut self, count: usize) -> Result<&'a [u8], Flaw> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or("something is cut off")?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Flaw> {
        let (taken, rest) = self.0.split_first_chunk().ok_or("something is cut off")?;
        self.0 = rest;
        Ok(*taken)
    }

    fn length(&mut self) -> Result<usize, Flaw> {
        Ok(u32::load(self)? as usize)
    }
}

/// What can stand in a file.
pub(crate) trait Stored: Sized {
    fn store(&self, to: &mut Vec<u8>);
    fn load(from: &mut Bytes<'_>) -> Result<Self, Flaw>;

    /// Many of them, one behind the other. Numbers do it in one go.
    fn load_many(from: &mut Bytes<'_>, count: usize) -> Result<Vec<Self>, Flaw> {
        let room = from.0.len() / size_of::<Self>().max(1);
        let mut all = Vec::with_capacity(count.min(room));
        for _ in 0..count {
            all.push(Self::load(from)?);
        }
        Ok(all)
    }
}

/// Writes how many there are of something.
fn store_length(length: usize, to: &mut Vec<u8>) {
    u32::try_from(length).expect("everything is numbered with 32 bits").store(to);
}

/// Numbers, and what is made of them alone: as many bytes each, so that a list of them is one copy.
macro_rules! stored_numbers {
    ($($number:ty),*) => {$(
        impl Stored for $number {
            fn store(&self, to: &mut Vec<u8>) {
                to.extend_from_slice(&self.to_le_bytes());
            }

            fn load(from: &mut Bytes<'_>) -> Result<Self, Flaw> {
                Ok(<$number>::from_le_bytes(from.array()?))
            }

            fn load_many(from: &mut Bytes<'_>, count: usize) -> Result<Vec<Self>, Flaw> {
                let length = count.checked_mul(size_of::<$number>()).ok_or("a list has no end")?;
                let (all, _) = from.take(length)?.as_chunks();
                Ok(all.iter().map(|bytes| <$number>::from_le_bytes(*bytes)).collect())
            }
        }
    )*};
}

stored_numbers!(u8, u16, u32, u64, u128, i64);

impl Stored for bool {
    fn store(&self, to: &mut Vec<u8>) {
        to.push(u8::from(*self));
    }

    fn load(from: &mut Bytes<'_>) -> Result<Self, Flaw> {
        match u8::load(from)? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err("neither yes nor no"),
        }
    }
}

impl Stored for usize {
    fn store(&self, to: &mut Vec<u8>) {
        (*self as u64).store(to);
    }

    fn load(from: &mut Bytes<'_>) -> Result<Self, Flaw> {
        usize::try_from(u64::load(from)?).map_err(|_| "a number is too large")
    }
}

impl Stored for String {
    fn store(&self, to: &mut Vec<u8>) {
        store_length(self.len(), to);
        to.extend_from_slice(self.as_bytes());
    }

    fn load(from: &mut Bytes<'_>) -> Result<Self, Flaw> {
        let length = from.length()?;
        let text = str::from_utf8(from.take(length)?).map_err(|_| "a text is no UTF-8")?;
        Ok(text.to_owned())
    }
}

impl<T: Stored> Stored for Vec<T> {
    fn store(&self, to: &mut Vec<u8>) {
        store_length(self.len(), to);
        self.iter().for_each(|one| one.store(to));
    }

    fn load(from: &mut Bytes<'_>) -> Result<Self, Flaw> {
        let count = from.length()?;
        T::load_many(from, count)
    }
}

impl<T: Stored> Stored for Option<T> {
    fn store(&self, to: &mut Vec<u8>) {
        self.is_some().store(to);
        self.iter().for_each(|it| it.store(to));
    }

    fn load(from: &mut Bytes<'_>) -> Result<Self, Flaw> {
        bool::load(from)?.then(|| T::load(from)).transpose()
    }
}

impl<A: Stored, B: Stored> Stored for (A, B) {
    fn store(&self, to: &mut Vec<u8>) {
        self.0.store(to);
        self.1.store(to);
    }

    fn load(from: &mut Bytes<'_>) -> Result<Self, Flaw> {
        Ok((A::load(from)?, B::load(from)?))
    }
}

impl<T: Stored + Copy + Default, const N: usize> Stored for [T; N] {
    fn store(&self, to: &mut Vec<u8>) {
        self.iter().for_each(|one| one.store(to));
    }

    fn load(from: &mut Bytes<'_>) -> Result<Self, Flaw> {
        let mut all = [T::default(); N];
        for one in &mut all {
            *one = T::load(from)?;
        }
        Ok(all)
    }
}

/// How a struct stands in a file: field by field, in the order of this list. A field that is not in the list is an error of
/// the compiler's. What stands behind the list is not written, and made anew.
macro_rules! stored_struct {
    ($name:ident $(<$argument:ty>)? { $($field:ident),* $(,)? } $(anew $($made:ident: $make:expr),+)?) => {
        impl Stored for $name $(<$argument>)? {
            fn store(&self, to: &mut Vec<u8>) {
                let $name { $($field,)* $($($made: _),+)? } = self;
                $($field.store(to);)*
            }

            fn load(from: &mut Bytes<'_>) -> Result<Self, Flaw> {
                $(let $field = Stored::load(from)?;)*
                Ok($name { $($field,)* $($($made: $make),+)? })
            }
        }
    };
}

/// How an enum stands in a file: the number of the variant, then what it holds. A variant that is not in the list is an
/// error of the compiler's. Variants are written with what they hold, in braces or in parentheses.
macro_rules! stored_enum {
    ($name:ident { $($number:literal => $variant:ident
        $(($($held:ident),*))? $({ $($field:ident),* })?),* $(,)? }) => {
        impl Stored for $name {
            fn store(&self, to: &mut Vec<u8>) {
                match self {
                    $($name::$variant $(($($held),*))? $({ $($field),* })? => {
                        to.push($number);
                        $($($held.store(to);)*)?
                        $($($field.store(to);)*)?
                    })*
                }
            }

            fn load(from: &mut Bytes<'_>) -> Result<Self, Flaw> {
                match u8::load(from)? {
                    $($number => {
                        $($(let $held = Stored::load(from)?;)*)?
                        $($(let $field = Stored::load(from)?;)*)?
                        Ok($name::$variant $(($($held),*))? $({ $($field),* })?)
                    })*
                    _ => Err(concat!("no such ", stringify!($name))),
                }
            }
        }
    };
}

pub(crate) use {stored_enum, stored_struct};

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq)]
    enum Shape {
        Point,
        Line(u32, u32),
        Word { text: String },
    }
    stored_enum!(Shape { 0 => Point, 1 => Line(from, to), 2 => Word { text } });

    #[derive(Debug, PartialEq)]
    struct Drawing {
        shapes: Vec<Shape>,
        name: Option<String>,
        open: bool,
    }
    stored_struct!(Drawing { shapes, name, open });

    fn drawing() -> Drawing {
        let word = Shape::Word { text: "é".to_owned() };
        Drawing { shapes: vec![Shape::Point, Shape::Line(1, 2), word], name: None, open: true }
    }

    #[test]
    fn what_is_written_is_read_and_nothing_shorter() {
        let mut bytes = Vec::new();
        drawing().store(&mut bytes);
        let mut from = Bytes(&bytes);
        assert_eq!(Drawing::load(&mut from), Ok(drawing()));
        assert!(from.0.is_empty());
        for cut in 0..bytes.len() {
            assert!(Drawing::load(&mut Bytes(&bytes[..cut])).is_err(), "{cut}");
        }
    }

    #[test]
    fn a_length_that_lies_takes_no_room() {
        let lie = u32::MAX.to_le_bytes();
        assert!(Vec::<u64>::load(&mut Bytes(&lie)).is_err());
        assert!(Vec::<String>::load(&mut Bytes(&lie)).is_err());
        assert!(String::load(&mut Bytes(&lie)).is_err());
        let room = <String as Stored>::load_many(&mut Bytes(&[0; 8]), 2).expect("two empty texts");
        assert!(room.capacity() < 8);
    }
}
