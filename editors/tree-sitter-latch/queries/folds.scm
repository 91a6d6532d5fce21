[
  (policy_body)
  (network_body)
  (strength_body)
  (archetype_body)
  (assert_body)
  (test_body)
  (list)
] @fold
