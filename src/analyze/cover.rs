//! A set of points as few boxes: each as large as it can be, and each with its plainest point.
//!
//! A box grows from a point, one dimension at a time, from the last that diagrams ask for to the first. So what was grown
//! already lies below, what was not lies above on one path, and a class fits when no forbidden point lies below it:
//! one walk for a whole box, whatever the number of dimensions.

use std::collections::{HashMap, HashSet};

use crate::analyze::bdd::{Bdd, Result};
use crate::analyze::model::Model;
use crate::analyze::space::{Dimension, Place, Space};
use crate::analyze::witness::{self, Point};

/// For each dimension, which of its classes.
pub(super) type Area = Vec<Vec<bool>>;

/// A box, with the point that it grew from.
#[derive(Debug, Clone)]
pub(super) struct Patch {
    pub point: Point,
    pub area: Area,
}

/// Boxes that cover a set, or as much of it as was asked for.
#[derive(Debug, Default)]
pub(super) struct Covering {
    pub patches: Vec<Patch>,
    /// What no box covers.
    pub rest: Option<Bdd>,
}

impl Space<'_> {
    /// The dimensions that have bits, in the order of these.
    fn in_order(&self) -> Vec<usize> {
        let with_bits = (0..self.dimensions.len()).filter(|at| self.dimensions[*at].bits > 0);
        let mut order: Vec<usize> = with_bits.collect();
        order.sort_by_key(|at| self.dimensions[*at].first);
        order
    }

    /// The first bit of evidence, which stands after everything else.
    pub(super) fn evidence_bit(&self) -> u32 {
        let of_evidence = self
            .dimensions
            .iter()
            .filter(|it| matches!(it.place, Place::Proof(_) | Place::Claim(_)));
        of_evidence.map(|it| it.first).min().unwrap_or(u32::MAX)
    }
}

impl Model<'_> {
    /// Boxes that cover a set and stay inside another that holds it, at most so many.
    pub(super) fn cover(&mut self, target: Bdd, allowed: Bdd, most: usize) -> Result<Covering> {
        let forbidden = self.arena.without(self.valid, allowed)?;
        let mut covering = Covering::default();
        let mut rest = target;
        while rest != Bdd::NONE {
            let point = witness::cheapest(&self.arena, &self.space, rest);
            let Some(point) = point.filter(|_| covering.patches.len() < most) else {
                covering.rest = Some(rest);
                break;
            };
            let area = self.grown(&point, forbidden)?;
            let covered = self.product(&area)?;
            rest = self.arena.without(rest, covered)?;
            covering.patches.push(Patch { point, area });
        }
        Ok(covering)
    }

    /// The largest box around a point that holds no forbidden one.
    fn grown(&mut self, point: &Point, forbidden: Bdd) -> Result<Area> {
        let order = self.space.in_order();
        let mut above = vec![forbidden];
        for at in &order {
            let last = above.last().copied().unwrap_or(forbidden);
            above.push(self.follow(last, *at, point[*at]));
        }
        let mut area: Area =
            self.space.dimensions.iter().map(|it| vec![true; it.classes.len()]).collect();
        let (mut below, mut known) = (Bdd::ALL, HashMap::new());
        for (at, above) in order.iter().zip(&above).rev() {
            for class in 0..area[*at].len() {
                let next = self.follow(*above, *at, class);
                area[*at][class] = !self.arena.meet(next, below, &mut known);
            }
            let inside = self.classes(*at, &area[*at])?;
            below = self.arena.and(inside, below)?;
        }
        Ok(area)
    }

    /// The box without the classes in which it holds nothing of a set: it reached there over points that do not matter, and
    /// whoever reads it would take them for some that do.
    pub(super) fn tightened(&mut self, area: &Area, set: Bdd) -> Result<Area> {
        let product = self.product(area)?;
        let inside = self.arena.and(product, set)?;
        let seen = self.occurring(inside);
        let both = |(area, seen): (&Vec<bool>, &Vec<bool>)| {
            area.iter().zip(seen).map(|(a, b)| *a && *b).collect()
        };
        Ok(area.iter().zip(&seen).map(both).collect())
    }

    fn follow(&self, it: Bdd, dimension: usize, class: usize) -> Bdd {
        let Dimension { first, bits, .. } = self.space.dimensions[dimension];
        self.arena.follow(it, first, bits, class)
    }

    /// The points whose class of a dimension is one of these.
    pub(super) fn classes(&mut self, dimension: usize, marked: &[bool]) -> Result {
        let dimension = &self.space.dimensions[dimension];
        self.arena.numbers(dimension.first, dimension.bits, marked)
    }

    /// The points of a box.
    pub(super) fn product(&mut self, area: &Area) -> Result {
        let mut product = Bdd::ALL;
        for at in self.space.in_order().into_iter().rev() {
            let inside = self.classes(at, &area[at])?;
            product = self.arena.and(inside, product)?;
        }
        Ok(product)
    }

    /// The points like one in all but evidence.
    pub(super) fn whatever_proven(&mut self, point: &Point) -> Result {
        let dimensions = self.space.dimensions.iter().zip(point);
        let area = dimensions.map(|(dimension, chosen)| {
            let free = matches!(dimension.place, Place::Proof(_) | Place::Claim(_));
            (0..dimension.classes.len()).map(|class| free || class == *chosen).collect()
        });
        let area = area.collect();
        self.product(&area)
    }

    /// Of each dimension, the classes that occur in a set of requests.
    pub(super) fn occurring(&self, set: Bdd) -> Area {
        let dimensions = self.space.dimensions.iter();
        let mut seen: Area = dimensions.map(|it| vec![it.bits == 0; it.classes.len()]).collect();
        let order = self.space.in_order();
        let position = |it: Bdd| {
            let bit = self.arena.bit(it).unwrap_or(u32::MAX);
            order.partition_point(|at| {
                let dimension = &self.space.dimensions[*at];
                dimension.first + dimension.bits <= bit
            })
        };
        let (mut open, mut known) = (vec![(set, 0)], HashSet::new());
        while let Some((it, from)) = open.pop() {
            if it == Bdd::NONE || !known.insert((it, from)) {
                continue;
            }
            let here = position(it);
            for skipped in &order[from.min(here)..here] {
                seen[*skipped].fill(true);
            }
            let Some(at) = order.get(here) else { continue };
            for class in 0..seen[*at].len() {
                let next = self.follow(it, *at, class);
                if next != Bdd::NONE {
                    seen[*at][class] = true;
                    open.push((next, here + 1));
                }
            }
        }
        seen
    }
}
