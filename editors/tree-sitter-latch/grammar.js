/**
 * @file Latch, a language for conditional access, for tree-sitter.
 * @license Apache-2.0
 *
 * The law on syntax is `grammar/latch.pest`; this grammar accepts the same files, and `tests/agreement.rs` holds it
 * to that. Words are read by `src/scanner.c`: whether `app` is a keyword, an attribute or a session control depends
 * on its place, and a few words (`and`, `when`, …) are never plain words, which takes more than a regular expression.
 */

/// <reference types="tree-sitter-cli/dsl" />
// @ts-check

/** Words that are keywords only in their place, in the order of the scanner's tokens. */
const KEYWORDS = [
  'policy', 'network', 'strength', 'archetype', 'let', 'attribute', 'assert', 'test',
  'trusted', 'emergency', 'country', 'by', 'gps', 'of',
  'when', 'unless', 'block', 'require', 'cloud', 'app',
  'and', 'or', 'not', 'always', 'never', 'may', 'be',
  'in', 'is', 'starts', 'ends', 'with', 'contains', 'between', 'zone', 'within',
  'expect', 'open', 'step-up', 'sign-in', 'frequency', 'at', 'most', 'as', 'if', 'enforced',
  'assume', 'rest', 'absent', 'supplied', 'proof', 'now', 'ago',
];

/** @param {string} word */
const token_of = (word) => `_${word.replace('-', '_')}`;

/** A spelled word, shown in the tree as itself. @param {any} $ @param {string} word */
const kw = ($, word) => alias($[token_of(word)], word);

/** One or more, with commas between. @param {any} rule */
const listed = (rule) => seq(rule, repeat(seq(',', rule)));

module.exports = grammar({
  name: 'latch',

  externals: ($) => [
    ...KEYWORDS.map((word) => $[token_of(word)]),
    $.state,
    $.object_kind,
    $.session_head,
    $.declared_kind,
    $.claim_verb,
    $.unit,
    $.name,
    $.word,
    $.country_code,
    $.marker_word,
    $._grant_word,
    $._session_word,
    $._fact_word,
    $._number_end,
    $._address_end,
    $._same_line,
    $._error_sentinel,
  ],

  extras: ($) => [/[ \t\n]/, $._carriage_return, $.comment],

  supertypes: ($) => [$._declaration, $._condition, $._grant, $._expectation, $._literal],

  conflicts: ($) => [
    // `require a or …`: whether the grant goes on, or an assert's expectation, the word after `or` tells.
    [$.require, $.or_grant],
    [$._grant, $.and_grant],
    [$.or_grant, $.and_grant],
    // `password sms "x"`: whether a word restricts the method or is the next one, the string after it tells.
    [$.method_use],
  ],

  rules: {
    source_file: ($) => repeat($._item),

    // ── Items ──────────────────────────────────────────────────────────────────────────────────

    _item: ($) => seq(repeat($.doc), repeat($.annotation), $._declaration),

    _declaration: ($) => choice(
      $.policy, $.network, $.strength, $.archetype, $.let, $.attribute, $.assert, $.test, $.object,
    ),

    annotation: ($) => seq('@', field('name', $.word), '(', $.string, ')'),

    policy: ($) => seq(
      kw($, 'policy'),
      field('name', $.name),
      field('title', optional($.string)),
      optional($.state),
      field('body', $.policy_body),
    ),
    policy_body: ($) => seq('{', repeat($._clause), '}'),

    network: ($) => seq(
      kw($, 'network'),
      field('name', $.name),
      optional(kw($, 'trusted')),
      choice($._opaque, field('body', $.network_body)),
    ),
    network_body: ($) => seq('{', repeat(choice($.address, $.country, $.marker)), '}'),
    country: ($) => seq(
      kw($, 'country'),
      listed($.country_code),
      optional(','),
      optional(seq(kw($, 'by'), kw($, 'gps'))),
    ),
    marker: ($) => seq($.marker_word, optional($.string)),

    object: ($) => seq(
      field('kind', $.object_kind),
      field('name', $.name),
      optional(kw($, 'emergency')),
      '=',
      listed($.string),
      optional(','),
    ),

    strength: ($) => seq(
      kw($, 'strength'),
      field('name', $.name),
      choice($._opaque, field('body', $.strength_body)),
    ),
    strength_body: ($) => seq('{', repeat($.combination), '}'),
    combination: ($) => seq($.method_use, repeat(seq(kw($, 'and'), $.method_use))),
    // What a proof's age begins with can be a method's name or a restriction's as well.
    _method_word: ($) => choice($.word, alias($._now, $.word)),
    method_use: ($) => seq(field('method', $._method_word), repeat($.restriction)),
    restriction: ($) => seq(
      field('name', $._method_word),
      listed($.string),
      optional(','),
    ),

    _opaque: ($) => seq('=', field('id', $.string)),

    archetype: ($) => seq(kw($, 'archetype'), field('name', $.name), field('body', $.archetype_body)),
    archetype_body: ($) => seq('{', repeat($.archetype_line), '}'),
    archetype_line: ($) => seq(
      choice(kw($, 'always'), seq(kw($, 'may'), kw($, 'be')), kw($, 'never')),
      kw($, 'in'),
      choice($.word, $.word_list),
    ),
    word_list: ($) => seq('[', listed($.word), optional(','), ']'),

    let: ($) => seq(kw($, 'let'), field('name', $.name), '=', field('value', $._condition)),

    attribute: ($) => seq(kw($, 'attribute'), field('name', $.name), ':', field('type', $.attribute_type)),
    attribute_type: ($) => seq($.name, optional(seq(kw($, 'of'), $.name))),

    assert: ($) => seq(kw($, 'assert'), field('name', $.name), field('body', $.assert_body)),
    assert_body: ($) => seq(
      '{',
      repeat(choice($.when, $.unless, $.proof, alias($._expect_always, $.expect))),
      '}',
    ),

    test: ($) => seq(kw($, 'test'), field('name', $.string), field('body', $.test_body)),
    test_body: ($) => seq(
      '{',
      repeat(choice(alias($._expect_once, $.expect), $.assume, $.proof, $.claim, $.fact)),
      '}',
    ),

    // ── Clauses ────────────────────────────────────────────────────────────────────────────────

    _clause: ($) => choice($.when, $.unless, $.block, $.require, $.session),
    when: ($) => seq(kw($, 'when'), $._condition),
    unless: ($) => seq(kw($, 'unless'), $._condition),
    block: ($) => kw($, 'block'),
    require: ($) => seq(kw($, 'require'), $._grant),

    // A session control is a phrase: it ends where the next clause begins.
    session: ($) => seq(
      choice(seq(kw($, 'cloud'), kw($, 'app')), $.session_head),
      repeat($._session_part),
    ),
    _session_part: ($) => choice($._value, alias($._session_word, $.word)),

    // ── Conditions ─────────────────────────────────────────────────────────────────────────────

    _condition: ($) => choice(
      $.or_condition, $.and_condition, $.not_condition, $.parenthesized_condition, $.constant, $.atom,
    ),
    or_condition: ($) => prec.left(1, seq($._condition, kw($, 'or'), $._condition)),
    and_condition: ($) => prec.left(2, seq($._condition, kw($, 'and'), $._condition)),
    not_condition: ($) => prec(3, seq(kw($, 'not'), $._condition)),
    parenthesized_condition: ($) => seq('(', $._condition, ')'),
    constant: ($) => choice(kw($, 'always'), kw($, 'never')),

    atom: ($) => seq(field('attribute', $.word), optional(seq($._comparison, optional($.zone)))),
    _comparison: ($) => choice(
      seq(kw($, 'is'), optional(kw($, 'not')), field('value', $._operand)),
      seq(choice('<=', '>=', '<', '>'), field('value', $._literal)),
      seq(optional(kw($, 'not')), $._negatable),
    ),
    _negatable: ($) => choice(
      seq(kw($, 'in'), field('value', $._operand)),
      seq(kw($, 'starts'), kw($, 'with'), field('value', $._operand)),
      seq(kw($, 'ends'), kw($, 'with'), field('value', $._operand)),
      seq(kw($, 'contains'), field('value', $._operand)),
      seq(kw($, 'between'), field('value', $._literal), kw($, 'and'), field('value', $._literal)),
    ),
    zone: ($) => seq(kw($, 'zone'), $.string),

    _operand: ($) => choice($.list, $._literal),
    list: ($) => seq('[', optional(seq(listed($._literal), optional(','))), ']'),

    // ── Grants ─────────────────────────────────────────────────────────────────────────────────

    _grant: ($) => choice($.or_grant, $._grant_all),
    or_grant: ($) => seq($._grant, kw($, 'or'), $._grant_all),
    _grant_all: ($) => choice($.and_grant, $._grant_one),
    and_grant: ($) => seq($._grant_all, kw($, 'and'), $._grant_one),
    _grant_one: ($) => choice($.parenthesized_grant, $.grant),
    parenthesized_grant: ($) => seq('(', $._grant, ')'),
    grant: ($) => seq(
      choice(
        seq(field('kind', $.declared_kind), field('name', $.name)),
        field('kind', alias($.declared_kind, $.word)),
        field('kind', alias($._grant_word, $.word)),
      ),
      optional($.within),
    ),
    within: ($) => seq(kw($, 'within'), $.duration),

    // ── Lines of asserts and tests ─────────────────────────────────────────────────────────────

    _expect_always: ($) => seq(kw($, 'expect'), $._expectation),
    _expectation: ($) => choice(
      $.or_expectation,
      $.and_expectation,
      $.parenthesized_expectation,
      $.not_block,
      $.block,
      $.open,
      $.step_up,
      $.require,
      $.frequency,
    ),
    or_expectation: ($) => prec.left(1, seq($._expectation, kw($, 'or'), $._expectation)),
    and_expectation: ($) => prec.left(2, seq($._expectation, kw($, 'and'), $._expectation)),
    parenthesized_expectation: ($) => seq('(', $._expectation, ')'),
    not_block: ($) => seq(kw($, 'not'), kw($, 'block')),
    open: ($) => kw($, 'open'),
    step_up: ($) => kw($, 'step-up'),
    frequency: ($) => seq(
      kw($, 'sign-in'), kw($, 'frequency'), kw($, 'at'), kw($, 'most'), $.duration,
    ),

    _expect_once: ($) => seq(
      kw($, 'expect'),
      choice($.open, $.block, alias($._step_up_on_line, $.step_up)),
      optional($.decided_by),
      optional($.as_if_enforced),
    ),
    // The one place where a line's end counts: a grant after `step-up` stands on its line.
    _step_up_on_line: ($) => seq(kw($, 'step-up'), optional(seq($._same_line, $._grant))),
    decided_by: ($) => seq(kw($, 'by'), listed($.name)),
    as_if_enforced: ($) => seq(kw($, 'as'), kw($, 'if'), kw($, 'enforced')),

    assume: ($) => seq(kw($, 'assume'), kw($, 'rest'), kw($, 'absent')),
    proof: ($) => seq(kw($, 'proof'), $.method_use, $.age),
    age: ($) => choice(kw($, 'now'), seq($.duration, kw($, 'ago'))),

    claim: ($) => seq(
      choice(
        seq(field('kind', $.declared_kind), field('name', $.name)),
        field('kind', alias($._grant_word, $.word)),
      ),
      $.claim_verb,
      optional($.age),
    ),

    fact: ($) => choice(
      seq(
        field('attribute', choice(
          alias($._grant_word, $.word),
          alias($._fact_word, $.word),
          alias($.declared_kind, $.word),
        )),
        choice(
          seq(kw($, 'not'), choice(seq(kw($, 'in'), field('value', $._operand)), kw($, 'supplied'))),
          seq(kw($, 'in'), field('value', $._operand)),
          kw($, 'absent'),
          field('value', $._operand),
        ),
      ),
      seq(
        field('attribute', alias($.declared_kind, $.word)),
        field('value', alias($.name, $.word)),
      ),
    ),

    // ── Values ─────────────────────────────────────────────────────────────────────────────────

    _literal: ($) => choice($._value, $.word),
    _value: ($) => choice(
      $.string, $.instant, $.date, $.time_of_day, $.address, $.duration, $.integer,
    ),

    // One token: between the parts of one, comments and line ends could stand.
    string: () => /"([^"\\\n\r]|\\[^\n\r])*"/,

    // The order tells of two that are equally long: `08:00:30` is a time, though it could be an address.
    instant: ($) => seq($._instant, $._number_end),
    date: ($) => seq($._date, $._number_end),
    time_of_day: ($) => seq($._time, $._number_end),
    duration: ($) => seq($._number, $._number_end, $.unit),
    integer: ($) => choice(seq($._number, $._number_end), seq($._negative, $._number_end)),
    address: ($) => seq($.ip, optional(seq('-', $.ip))),
    ip: ($) => seq($._ip, $._address_end),

    _instant: () => /\d{4}-\d{2}-\d{2}T\d{1,2}:\d{2}(:\d{2})?(\.\d+)?(Z|[+-]\d{2}:\d{2})/,
    _date: () => /\d{4}-\d{2}-\d{2}/,
    _time: () => /\d{1,2}:\d{2}(:\d{2})?/,
    _number: () => /\d+/,
    _negative: () => /-\d+/,
    _ip: () => token(seq(
      choice(
        /\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}/,
        /[0-9a-fA-F]*:[0-9a-fA-F]*:[0-9a-fA-F:]*(\.\d{1,3}){0,3}/,
      ),
      optional(/\/\d{1,3}/),
    )),

    // ── Between words ──────────────────────────────────────────────────────────────────────────

    // A token of its own, so that one without a line feed is an error even where a file ends with it.
    _carriage_return: () => /\r\n/,
    doc: () => token(seq('///', optional(/[^\/\n\r][^\n\r]*/))),
    comment: () => token(choice(
      seq('//', optional(/[^\/\n\r][^\n\r]*/)),
      seq('////', /[^\n\r]*/),
    )),
  },
});
