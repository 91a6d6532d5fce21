; Helix says `@indent` and `@outdent`, Neovim's plugins say `@indent.begin` and `@indent.end`.
[
  (policy_body)
  (network_body)
  (strength_body)
  (archetype_body)
  (assert_body)
  (test_body)
  (list)
  (parenthesized_condition)
  (parenthesized_grant)
  (parenthesized_expectation)
] @indent

[ "}" "]" ")" ] @outdent
