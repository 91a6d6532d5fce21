; All files of a policy set have one namespace; an editor sees one file of it.
(source_file) @local.scope

(network name: (name) @local.definition)
(object name: (name) @local.definition)
(strength name: (name) @local.definition)
(archetype name: (name) @local.definition)
(let name: (name) @local.definition)
(attribute name: (name) @local.definition)
(policy name: (name) @local.definition)

(atom attribute: (word) @local.reference)
(atom value: (word) @local.reference)
(fact value: (word) @local.reference)
(list (word) @local.reference)
(archetype_line (word) @local.reference)
(word_list (word) @local.reference)
(grant name: (name) @local.reference)
(claim name: (name) @local.reference)
(decided_by (name) @local.reference)
