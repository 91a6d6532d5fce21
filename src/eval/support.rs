//! What a verdict hangs on: the attributes that were able to influence it, and how long time leaves it alone.
//!
//! # Attributes
//!
//! The support is a set of attributes that, while they stay as they are, keep the verdict as it is whatever becomes of all
//! others. For each policy that applies it holds what one of its surviving rows reads; for each row that was ruled out,
//! the attributes by which the first dimension of the walk did so; then what grants and feasibility read. One row of one
//! blocking policy is enough for a block. To these come the attributes that settle them in a request
//! ([`crate::request`]): a change of `device.trust` changes `device.registered`.

use crate::eval::combine::{Case, Combined};
use crate::eval::fault::{device_input, feasibility_inputs};
use crate::eval::gather::Gathered;
use crate::eval::rows::Survival;
use crate::eval::scratch::Lasting;
use crate::eval::{Ruling, Scratch};
use crate::program::{DemandSet, Effect, Grant, Posting, Proof, ones, word_of};
use crate::schema::attribute::{Attribute, AttributeSet};

/// The attributes that were able to influence the verdict.
pub(super) fn depends_on(
    case: &Case<'_>,
    combined: &Combined,
    survived: &Survival,
    gathered: &Gathered,
    scratch: &Scratch,
) -> AttributeSet {
    if combined.outcome == Ruling::Blocked {
        let reads = gathered.blocking.and_then(|row| case.program.reads.get(row.reads as usize));
        return settled(case, reads.copied().unwrap_or_default());
    }
    let mut support = survived.killers.union(gathered.reads);
    if !combined.demanded.intersection(case.program.requirements.of_device).is_empty() {
        for grant in case.grants(&scratch.consequences.met) {
            support = support.union(devices(case, combined, grant));
        }
    }
    settled(case, support.union(feasibility(case, combined)))
}

/// The device attributes that could make a difference to a grant: none, where it is satisfied without them.
fn devices(case: &Case<'_>, combined: &Combined, grant: &Grant) -> AttributeSet {
    let mut by_attribute = DemandSet::EMPTY;
    let mut inputs = AttributeSet::EMPTY;
    for at in grant.demands.intersection(case.program.requirements.of_device).iter() {
        let Some(demand) = case.program.requirements.demands.get(at) else { continue };
        let Some(input) = device_input(demand) else { continue };
        if let Proof::Compliant(claim) | Proof::HybridJoined(claim) = demand.proof
            && case.device_claim(claim, demand.within).is_met()
        {
            by_attribute.insert(at);
            inputs.insert(input);
        }
    }
    if inputs.is_empty() || case.is_granted(grant, combined.satisfied.minus(by_attribute)) {
        return AttributeSet::EMPTY;
    }
    inputs
}

/// What the feasibility of a challenge reads. Where alternatives were cut off, those count as well.
fn feasibility(case: &Case<'_>, combined: &Combined) -> AttributeSet {
    match combined.cut {
        true => feasibility_inputs(case, combined.demanded.minus(combined.satisfied)),
        false => combined.inputs,
    }
}

/// Adds the attributes that settle these: whoever changes one of them changes what hangs on it. All of them are built in.
fn settled(case: &Case<'_>, support: AttributeSet) -> AttributeSet {
    let settling = &case.program.settling;
    let known = case.facts.known.built_in_bits();
    let [principals, targets, joins, device] =
        [settling.of_principals, settling.of_targets, settling.joins, settling.of_device]
            .map(AttributeSet::built_in_bits);
    let mut all = support.built_in_bits();
    let filled = |all: u128, of: u128| all & of & !known != 0;
    for (choice, described) in [(Attribute::Principal, principals), (Attribute::Target, targets)] {
        let choice = 1 << choice as u8;
        if filled(all, described) {
            all |= choice;
        }
        // Nobody said which it is: whatever is said of any of them decides.
        if filled(all, choice) {
            all |= described;
        }
    }
    if all & settling.extensions.built_in_bits() != 0 {
        all |= settling.management.built_in_bits() | joins;
    }
    if all & joins != 0 || filled(all, device) {
        all |= joins | settling.compliance.built_in_bits();
    }
    support.with_built_in(all)
}

/// For how many milliseconds passing time alone cannot change the verdict; `None` for ever.
///
/// It is exact for an open latch, as far as it depends on evidence. Where something is left to prove, every proof that
/// grows too old counts, though not each changes the challenge; where policies hang on the clock, every turn of a test
/// that could bring up or end a row.
pub(super) fn valid_for(
    case: &Case<'_>,
    combined: &Combined,
    survived: &Survival,
    scratch: &Scratch,
) -> Option<u64> {
    let until = if combined.outcome == Ruling::Blocked {
        blocked_for(case, survived, scratch)
    } else {
        evidence(case, combined, scratch).min(clock(case, survived, scratch))
    };
    match until {
        Lasting::Ever => None,
        Lasting::For(after) => Some(u64::try_from(after).unwrap_or_default()),
        Lasting::Unmet => Some(0),
    }
}

/// When the evidence no longer satisfies what it does.
fn evidence(case: &Case<'_>, combined: &Combined, scratch: &Scratch) -> Lasting {
    let mut until = Lasting::Ever;
    if !combined.ages {
        return until;
    }
    if combined.satisfied.contains(0) {
        until = until.min(outgrown(of(scratch, 0)));
    }
    for grant in case.grants(&scratch.consequences.met) {
        let alternatives = grant.alternatives.of(&case.program.requirements.alternatives).iter();
        let satisfied = alternatives.filter(|one| one.is_subset(combined.satisfied));
        let longest = satisfied.map(|one| shortest(scratch, *one)).max();
        let met = grant.demands.minus(grant.demands.minus(combined.satisfied));
        until = until.min(outgrown(longest.unwrap_or_else(|| shortest(scratch, met))));
    }
    until
}

/// The moment after the last at which something is fresh.
fn outgrown(lasting: Lasting) -> Lasting {
    match lasting {
        Lasting::For(left) => left.checked_add(1).map_or(Lasting::Ever, Lasting::For),
        Lasting::Ever | Lasting::Unmet => lasting,
    }
}

fn of(scratch: &Scratch, demand: usize) -> Lasting {
    scratch.lasting.get(demand).copied().unwrap_or_default()
}

/// For how long all of these stay satisfied.
fn shortest(scratch: &Scratch, demands: DemandSet) -> Lasting {
    demands.iter().map(|at| of(scratch, at)).min().unwrap_or(Lasting::Ever)
}

/// When a test of the clock turns that a row reads which nothing but the clock could rule out.
fn clock(case: &Case<'_>, survived: &Survival, scratch: &Scratch) -> Lasting {
    if survived.clock.is_none() {
        return Lasting::Ever;
    }
    let on = if case.options.as_if_enforced { case.program.enforced } else { case.program.on };
    let counted = case.program.set(on);
    let concerns = |posting: &Posting| {
        let word = posting.word;
        posting.rows & word_of(&scratch.timeless, word) & word_of(counted, word) != 0
    };
    turns(case, survived, concerns)
}

/// The first turn of a key that such postings name.
fn turns(case: &Case<'_>, survived: &Survival, concerns: impl Fn(&Posting) -> bool) -> Lasting {
    let group = survived.clock.and_then(|at| case.program.groups.get(at as usize));
    let Some(dimension) = group.and_then(|group| group.dimensions.of(&case.program.keys).first())
    else {
        return Lasting::Ever;
    };
    let named = |key: u32| {
        let wanted = dimension.slots.iter().map(|slot| slot.wanted);
        let lists = wanted.chain(dimension.unwanted);
        let mut postings = lists.flat_map(|first| case.program.list(first, key));
        postings.any(&concerns)
    };
    let turning = case.facts.turns.iter().filter(|turn| named(turn.key));
    turning.map(|turn| turn.after).min().map_or(Lasting::Ever, Lasting::For)
}

/// For how long some blocking row survives: the longest of all.
fn blocked_for(case: &Case<'_>, survived: &Survival, scratch: &Scratch) -> Lasting {
    if survived.clock.is_none() || case.facts.turns.is_empty() {
        return Lasting::Ever;
    }
    let mut longest = Lasting::For(0);
    let on = if case.options.as_if_enforced { case.program.enforced } else { case.program.on };
    let on = case.program.set(on);
    for survivors in &scratch.survivors {
        let (at, first) = (survivors.word, survivors.word as usize * 64);
        let rows = survivors.rows & word_of(on, at);
        for bit in ones(rows).filter(|bit| blocks(case, first + bit)) {
            let concerns = |posting: &Posting| posting.word == at && posting.rows & (1 << bit) != 0;
            longest = longest.max(turns(case, survived, concerns));
            if longest == Lasting::Ever {
                return longest;
            }
        }
    }
    longest
}

fn blocks(case: &Case<'_>, row: usize) -> bool {
    let consequence = case.program.rows.get(row).map(|row| row.consequence as usize);
    let consequence = consequence.and_then(|at| case.program.consequences.get(at));
    consequence.is_none_or(|it| it.effect == Effect::Block)
}
