; What is what, for colours. No node is matched twice, so the order of patterns means nothing.

; Comments
(comment) @comment
(doc) @comment.line.documentation

; Heads of items
[
  "policy" "network" "strength" "archetype" "let" "attribute" "assert" "test"
  "trusted" "emergency"
] @keyword
(object_kind) @keyword
(state) @keyword

; Heads of lines, and the words within them
[
  "when" "unless" "block" "require" "expect" "proof" "assume"
  "cloud" "app" "sign-in" "frequency" "open" "step-up"
  "country" "by" "gps" "of" "may" "be" "zone" "within" "at" "most" "as" "if" "enforced"
  "rest" "absent" "supplied" "now" "ago"
] @keyword
(session_head) @keyword
(claim_verb) @keyword
(marker_word) @keyword
[ "always" "never" ] @constant.builtin

; Operators
[ "and" "or" "not" "in" "is" "starts" "ends" "with" "contains" "between" ] @keyword.operator
[ "<" "<=" ">" ">=" "=" "-" ] @operator

; Names
(policy name: (name) @function)
(assert name: (name) @function)
(decided_by (name) @function)
(network name: (name) @type)
(object name: (name) @type)
(strength name: (name) @type)
(archetype name: (name) @type)
(grant name: (name) @type)
(claim name: (name) @type)
(let name: (name) @variable.other.member)
(attribute name: (name) @variable.other.member)
(attribute_type (name) @type.builtin)

; Attributes and what they are compared with
(atom attribute: (word) @variable.other.member)
(fact attribute: (word) @variable.other.member)
(restriction name: (word) @variable.other.member)
(atom value: (word) @constant)
(fact value: (word) @constant)
(list (word) @constant)
(session (word) @constant)
(archetype_line (word) @constant)
(word_list (word) @constant)
(country_code) @constant

; What is asked for, and what is shown
(declared_kind) @constant.builtin
(grant kind: (word) @constant.builtin)
(claim kind: (word) @constant.builtin)
(method_use method: (word) @constant.builtin)

; Values
(string) @string
[ (integer) (duration) (instant) (date) (time_of_day) (ip) ] @constant.numeric

; Annotations and signs
(annotation "@" @attribute name: (word) @attribute)
[ "{" "}" "[" "]" "(" ")" ] @punctuation.bracket
[ "," ":" ] @punctuation.delimiter
