//! Time zones: where one is needed, and whether it exists.

use jiff::tz;

use crate::diagnostic::Diagnostic;
use crate::hir::check::Checker;
use crate::hir::check::subject::Subject;
use crate::hir::{Zone, codes};
use crate::schema::attribute::Kind;
use crate::source::{Span, Spanned};

/// Whether conditions on an attribute of that kind name a zone.
fn needs_zone(kind: Kind) -> bool {
    matches!(kind, Kind::Instant | Kind::Weekday | Kind::Date)
}

impl Checker<'_, '_> {
    /// The zone of a comparison; the inner answer is empty where none is needed.
    pub(super) fn zone(
        &mut self,
        subject: &Subject<'_>,
        written: Option<&Spanned<String>>,
        span: Span,
    ) -> Option<Option<Zone>> {
        match (needs_zone(subject.kind), written) {
            (true, Some(zone)) => self.known_zone(zone).map(Some),
            (true, None) => {
                let message = format!("`{}` is compared without a zone", subject.name);
                self.report.refuse(
                    Diagnostic::error(codes::MISSING_ZONE, span, message)
                        .note("the same moment is another time, and perhaps another day, elsewhere")
                        .help("say where: `zone \"Europe/Berlin\"`"),
                )
            }
            (false, Some(zone)) => {
                let message = format!("`{}` takes no zone", subject.name);
                self.report.refuse(
                    Diagnostic::error(codes::NEEDLESS_ZONE, zone.span, message)
                        .note("zones belong to times of day, weekdays and dates")
                        .help("leave the zone out"),
                )
            }
            (false, None) => Some(None),
        }
    }

    fn known_zone(&mut self, written: &Spanned<String>) -> Option<Zone> {
        let name = written.node.as_str();
        if let Ok(zone) = tz::db().get(name) {
            return Some(Zone(zone.iana_name().unwrap_or(name).to_owned()));
        }
        let idle = self.report.is_full();
        let available = tz::db().available().filter(|_| !idle);
        let all: Vec<String> = available.map(|name| name.as_str().to_owned()).collect();
        let near = nearest_zone(name, &all)
            .or_else(|| self.report.nearest(name, all.iter().map(String::as_str)));
        let message = format!("there is no time zone `{name}`");
        let diagnostic = Diagnostic::error(codes::UNKNOWN_ZONE, written.span, message);
        self.report.refuse(match near {
            Some(near) => diagnostic
                .help(format!("did you mean `{near}`?"))
                .fix(written.span, format!("\"{near}\"")),
            None => diagnostic.note("zones have names of the IANA database, like `Europe/Berlin`"),
        })
    }
}

/// `Berlin` of `Europe/Berlin`.
fn nearest_zone<'z>(name: &str, all: &'z [String]) -> Option<&'z str> {
    let city = name.replace(' ', "_");
    let mut zones = all.iter().map(String::as_str);
    zones.find(|zone| zone.rsplit('/').next().is_some_and(|last| last.eq_ignore_ascii_case(&city)))
}
