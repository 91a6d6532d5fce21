//! What of a program stands in a file, struct by struct.

use std::hash::{BuildHasher, RandomState};

use jiff::tz::TimeZone;

use crate::decision::DemandKind;
use crate::program::file::stored::{Bytes, Flaw, Stored, stored_enum, stored_struct};
use crate::program::{
    Addresses, Claim, ClockTest, Consequence, Demand, DemandSet, Effect, Formulas, Grant, Group,
    Ids, KeyDimension, Literal, Looked, MethodUse, Node, Plan, Policy, Posting, Program, Proof,
    Requirements, Row, Segment, SegmentKind, Settling, Shows, Slot, StateDimension, Step, Stretch,
    Test, Values, Weight, Zone,
};
use crate::schema::attribute::{Attribute, AttributeId, AttributeSet};
use crate::schema::grant::{GRANTS, GrantWord};
use crate::schema::method::{METHODS, Method};
use crate::schema::session::{
    CloudAppSecurity, ContinuousEvaluation, Frequency, MaxAge, PersistentBrowser, SessionControls,
};
use crate::value::{Country, Version};

#[rustfmt::skip]
stored_struct!(Program {
    words, rows, reads, policies, consequences, every, in_force, on, enforced, steps, states, groups,
    keys, bits, lists, postings, formulas, requirements, zones, own, profiles, settling,
} anew fingerprint: fresh(), plan: Plan::default());
stored_struct!(Stretch { start, end });
stored_struct!(Posting { word, rows });
stored_struct!(Policy { name, report_only, consequence, rows, formula });
stored_struct!(Row { policy, consequence, reads, cost, alone, weight });
stored_enum!(Weight { 0 => Nothing, 1 => Something, 2 => Blocks });
stored_struct!(Consequence { effect, session });
stored_enum!(Effect { 0 => Block, 1 => Require(grant), 2 => Nothing });
stored_enum!(Step { 0 => State(at), 1 => Group(at) });
stored_struct!(StateDimension { attribute, values, table, ruling });
stored_enum!(Looked { 0 => Once, 1 => PerApp, 2 => PerContext, 3 => AtTheClock });
stored_struct!(Group { looked, dimensions, reads });
stored_struct!(KeyDimension { name, count, segments, slots, unwanted, unwanted_keys });
stored_struct!(Slot { free, wanted });
stored_struct!(Segment { input, first, silent, kind });
stored_enum!(SegmentKind {
    0 => Words(masks),
    1 => Ids(ids),
    2 => Countries(countries),
    3 => Addresses(addresses),
    4 => Values(values),
    5 => AppIds(ids),
    6 => AgentResource,
    7 => AnyApp,
    8 => AppValues(values),
});
stored_struct!(Values { custom, equal, tests });
stored_enum!(Test {
    0 => StartsWith(text),
    1 => EndsWith(text),
    2 => Contains(text),
    3 => Less(than),
    4 => LessOrEqual(than),
    5 => Greater(than),
    6 => GreaterOrEqual(than),
    7 => Ranges(ranges),
    8 => Clock(test),
});
stored_struct!(ClockTest { zone, shows });
stored_enum!(Shows { 0 => TimeOfDay(from, to), 1 => Weekday(days), 2 => Date(ranges) });
stored_struct!(Addresses { v4, v4_class, v6, v6_class, classes, members, networks });
stored_struct!(Formulas { nodes, literals, keys, largest });
stored_enum!(Node {
    0 => All { end },
    1 => Any { end },
    2 => State { dimension, states },
    3 => Keys { literal, wanted },
});
stored_struct!(Literal { dimension, keys });
#[rustfmt::skip]
stored_struct!(Requirements {
    demands, of_device, grants, alternatives, combinations, combination_masks, combination_uses, uses, wanted_claims, claims,
});
stored_struct!(Grant { alternatives, demands });
stored_struct!(Demand { kind, name, within, proof, second_factor, implies, implied_by });
stored_enum!(DemandKind { 0 => SignIn, 1 => Grant(word) });
stored_enum!(Proof {
    0 => FirstFactor,
    1 => Combinations(of),
    2 => Opaque(claim),
    3 => Compliant(claim),
    4 => HybridJoined(claim),
    5 => Claims(of),
});
stored_struct!(MethodUse { method, aaguids, issuers, policies });
stored_struct!(Claim { grant, id });
#[rustfmt::skip]
stored_struct!(Settling { of_principals, of_targets, joins, of_device, extensions, management, compliance });
#[rustfmt::skip]
stored_struct!(SessionControls<u32> {
    sign_in_frequency, persistent_browser, lifetime, idle, app_restrictions, cloud_app_security, continuous_evaluation,
    resilience_off, token_protection, global_secure_access_profile, network_access_policy,
});
stored_struct!(Frequency { both, second });
stored_enum!(MaxAge { 0 => EveryTime, 1 => Seconds(seconds) });
stored_enum!(PersistentBrowser { 0 => Always, 1 => Never });
stored_enum!(CloudAppSecurity { 0 => Monitor, 1 => Custom, 2 => BlockDownloads });
stored_enum!(ContinuousEvaluation { 0 => Off, 1 => Strict, 2 => StrictLocation });

/// A number for a program that nobody could have guessed: whoever forges a file must not make its program pass for another
/// one, for which buffers were made.
fn fresh() -> u64 {
    RandomState::new().hash_one(())
}

impl Stored for DemandSet {
    fn store(&self, to: &mut Vec<u8>) {
        self.0.store(to);
    }

    fn load(from: &mut Bytes<'_>) -> Result<Self, Flaw> {
        Ok(DemandSet(Stored::load(from)?))
    }
}

/// The table is made again: it takes no longer than to look at each place of one.
impl Stored for Ids {
    fn store(&self, to: &mut Vec<u8>) {
        self.all.store(to);
    }

    fn load(from: &mut Bytes<'_>) -> Result<Self, Flaw> {
        Ids::of_strangers(Stored::load(from)?).ok_or("ids that stand in each other's way")
    }
}

/// A zone is its name; its rules are those of the time zone database at hand.
impl Stored for Zone {
    fn store(&self, to: &mut Vec<u8>) {
        self.name.store(to);
    }

    fn load(from: &mut Bytes<'_>) -> Result<Self, Flaw> {
        let name = String::load(from)?;
        let rules = TimeZone::get(&name).map_err(|_| "a time zone that nobody knows")?;
        Ok(Zone { name, rules })
    }
}

impl Stored for Country {
    fn store(&self, to: &mut Vec<u8>) {
        u16::try_from(self.index()).expect("below 676").store(to);
    }

    fn load(from: &mut Bytes<'_>) -> Result<Self, Flaw> {
        Country::from_index(usize::from(u16::load(from)?)).ok_or("no such country")
    }
}

impl Stored for Version {
    fn store(&self, to: &mut Vec<u8>) {
        self.to_string().store(to);
    }

    fn load(from: &mut Bytes<'_>) -> Result<Self, Flaw> {
        Version::parse(&String::load(from)?).ok_or("no version")
    }
}

impl Stored for AttributeId {
    fn store(&self, to: &mut Vec<u8>) {
        u8::try_from(self.bit()).expect("there are 256").store(to);
    }

    fn load(from: &mut Bytes<'_>) -> Result<Self, Flaw> {
        let bit = u8::load(from)?;
        match bit.checked_sub(128) {
            Some(own) => Ok(AttributeId::Own(own)),
            None => {
                let built_in = Attribute::all().nth(usize::from(bit)).ok_or("no such attribute")?;
                Ok(AttributeId::BuiltIn(built_in))
            }
        }
    }
}

/// As a list: of two hundred bits, a handful is set.
impl Stored for AttributeSet {
    fn store(&self, to: &mut Vec<u8>) {
        self.iter().collect::<Vec<_>>().store(to);
    }

    fn load(from: &mut Bytes<'_>) -> Result<Self, Flaw> {
        Ok(Vec::<AttributeId>::load(from)?.into_iter().collect())
    }
}

impl Stored for Method {
    fn store(&self, to: &mut Vec<u8>) {
        to.push(*self as u8);
    }

    fn load(from: &mut Bytes<'_>) -> Result<Self, Flaw> {
        METHODS.get(usize::from(u8::load(from)?)).map(|row| row.method).ok_or("no such method")
    }
}

impl Stored for GrantWord {
    fn store(&self, to: &mut Vec<u8>) {
        to.push(*self as u8);
    }

    fn load(from: &mut Bytes<'_>) -> Result<Self, Flaw> {
        GRANTS.get(usize::from(u8::load(from)?)).map(|row| row.grant).ok_or("no such grant")
    }
}
