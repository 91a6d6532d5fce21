// Reads the words of Latch. A word is a keyword only in its place: the parser says which tokens fit, and what does
// not fit is a plain word, unless it is one of the few that never are. Holds no state between tokens.

#include "tree_sitter/parser.h"

#include <string.h>

// In the order of `externals` in grammar.js.
enum Token {
  POLICY, NETWORK, STRENGTH, ARCHETYPE, LET, ATTRIBUTE, ASSERT, TEST,
  TRUSTED, EMERGENCY, COUNTRY, BY, GPS, OF,
  WHEN, UNLESS, BLOCK, REQUIRE, CLOUD, APP,
  AND, OR, NOT, ALWAYS, NEVER, MAY, BE,
  IN, IS, STARTS, ENDS, WITH, CONTAINS, BETWEEN, ZONE, WITHIN,
  EXPECT, OPEN, STEP_UP, SIGN_IN, FREQUENCY, AT, MOST, AS, IF, ENFORCED,
  ASSUME, REST, ABSENT, SUPPLIED, PROOF, NOW, AGO,
  STATE, OBJECT_KIND, SESSION_HEAD, DECLARED_KIND, CLAIM_VERB, UNIT,
  NAME, WORD, COUNTRY_CODE, MARKER_WORD, GRANT_WORD, SESSION_WORD, FACT_WORD,
  NUMBER_END, ADDRESS_END, SAME_LINE, ERROR_SENTINEL,
};

typedef struct {
  const char *text;
  enum Token token;
} Spelled;

// Every word that is spelled somewhere, with the token it is where that token fits.
static const Spelled SPELLED[] = {
  {"policy", POLICY}, {"network", NETWORK}, {"strength", STRENGTH}, {"archetype", ARCHETYPE}, {"let", LET},
  {"attribute", ATTRIBUTE}, {"assert", ASSERT}, {"test", TEST}, {"trusted", TRUSTED}, {"emergency", EMERGENCY},
  {"country", COUNTRY}, {"by", BY}, {"gps", GPS}, {"of", OF}, {"when", WHEN}, {"unless", UNLESS},
  {"block", BLOCK}, {"require", REQUIRE}, {"cloud", CLOUD}, {"app", APP}, {"and", AND}, {"or", OR},
  {"not", NOT}, {"always", ALWAYS}, {"never", NEVER}, {"may", MAY}, {"be", BE}, {"in", IN}, {"is", IS},
  {"starts", STARTS}, {"ends", ENDS}, {"with", WITH}, {"contains", CONTAINS}, {"between", BETWEEN},
  {"zone", ZONE}, {"within", WITHIN}, {"expect", EXPECT}, {"open", OPEN}, {"step-up", STEP_UP},
  {"sign-in", SIGN_IN}, {"frequency", FREQUENCY}, {"at", AT}, {"most", MOST}, {"as", AS}, {"if", IF},
  {"enforced", ENFORCED}, {"assume", ASSUME}, {"rest", REST}, {"absent", ABSENT}, {"supplied", SUPPLIED},
  {"proof", PROOF}, {"now", NOW}, {"ago", AGO},
  {"report-only", STATE}, {"disabled", STATE},
  {"user", OBJECT_KIND}, {"group", OBJECT_KIND}, {"role", OBJECT_KIND}, {"app", OBJECT_KIND},
  {"service-principal", OBJECT_KIND}, {"agent", OBJECT_KIND}, {"tenant", OBJECT_KIND}, {"terms", OBJECT_KIND},
  {"context", OBJECT_KIND}, {"custom-control", OBJECT_KIND},
  {"sign-in", SESSION_HEAD}, {"persistent", SESSION_HEAD}, {"lifetime", SESSION_HEAD}, {"idle", SESSION_HEAD},
  {"app", SESSION_HEAD}, {"continuous", SESSION_HEAD}, {"resilience", SESSION_HEAD}, {"token", SESSION_HEAD},
  {"global", SESSION_HEAD}, {"network", SESSION_HEAD},
  {"strength", DECLARED_KIND}, {"terms", DECLARED_KIND}, {"custom-control", DECLARED_KIND},
  {"accepted", CLAIM_VERB}, {"done", CLAIM_VERB}, {"shown", CLAIM_VERB}, {"satisfied", CLAIM_VERB},
  {"second", UNIT}, {"seconds", UNIT}, {"minute", UNIT}, {"minutes", UNIT}, {"hour", UNIT}, {"hours", UNIT},
  {"day", UNIT}, {"days", UNIT}, {"week", UNIT}, {"weeks", UNIT},
};
enum { SPELLED_COUNT = sizeof SPELLED / sizeof SPELLED[0] };

// Longer than every spelled word: `service-principal` has 17 letters.
enum { SPELLED_SIZE = 24 };

typedef struct {
  char text[SPELLED_SIZE];
  unsigned length;   // the whole length, also where `text` holds only its beginning
  bool dotted;       // `device.model`
  bool letters;      // nothing but letters
  bool open_dot;     // a dot follows that belongs to nothing
  uint32_t column;   // where it begins; only looked at after errors
} Word;

static bool is_letter(int32_t c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
static bool is_digit(int32_t c) { return c >= '0' && c <= '9'; }
static bool is_hex(int32_t c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
static bool is_word_char(int32_t c) { return is_letter(c) || is_digit(c) || c == '-' || c == '_'; }

// Whether a number ends before this character: nothing may be glued to one.
static bool ends_number(int32_t c) { return !(is_word_char(c) || c == '.' || c == ':' || c == '/'); }

// Whether an address ends before this character.
static bool ends_address(int32_t c) { return !(is_letter(c) || is_digit(c) || c == '_' || c == '.' || c == ':'); }

static bool same(const Word *word, const char *text) {
  return word->length < SPELLED_SIZE && strcmp(word->text, text) == 0;
}

// Whether the word is that token somewhere.
static bool can_be(const Word *word, enum Token token) {
  for (unsigned i = 0; i < SPELLED_COUNT; i++) {
    if (SPELLED[i].token == token && same(word, SPELLED[i].text)) return true;
  }
  return false;
}

static bool any_of(const Word *word, const enum Token *tokens, unsigned count) {
  for (unsigned i = 0; i < count; i++) {
    if (can_be(word, tokens[i])) return true;
  }
  return false;
}
#define ANY_OF(word, tokens) any_of(word, tokens, sizeof tokens / sizeof tokens[0])

// Words that end what stands before them, wherever they stand.
static bool is_structural(const Word *word) {
  static const enum Token tokens[] = {AND, OR, NOT, IN, IS, WHEN, UNLESS, REQUIRE, BLOCK, EXPECT};
  return ANY_OF(word, tokens);
}

// Words that no item may have for a name.
static bool is_reserved(const Word *word) {
  static const enum Token tokens[] = {ALWAYS, NEVER, POLICY, LET, ASSERT, PROOF, ASSUME};
  return is_structural(word) || ANY_OF(word, tokens);
}

static bool starts_session(const Word *word) {
  static const enum Token tokens[] = {SESSION_HEAD, CLOUD};
  return ANY_OF(word, tokens);
}

static bool starts_grant(const Word *word) {
  static const enum Token tokens[] = {OPEN, STEP_UP, BY, AS, WITHIN};
  return !is_structural(word) && !starts_session(word) && !ANY_OF(word, tokens);
}

static bool starts_fact(const Word *word) {
  static const enum Token tokens[] = {PROOF, ASSUME};
  return !is_structural(word) && !ANY_OF(word, tokens);
}

static bool starts_item(const Word *word) {
  static const enum Token tokens[] = {
    POLICY, NETWORK, STRENGTH, ARCHETYPE, LET, ATTRIBUTE, ASSERT, TEST, OBJECT_KIND};
  return ANY_OF(word, tokens);
}

// A run of letters, digits, `-` and `_`, with dots between: the longest there is. Marks its end if told to.
static Word read_word(TSLexer *lexer, bool mark) {
  Word word = {.letters = true};
  for (;;) {
    while (is_word_char(lexer->lookahead)) {
      if (word.length < SPELLED_SIZE - 1) word.text[word.length] = (char)lexer->lookahead;
      word.letters = word.letters && is_letter(lexer->lookahead);
      word.length++;
      lexer->advance(lexer, false);
    }
    if (mark) lexer->mark_end(lexer);
    if (lexer->lookahead != '.') return word;
    lexer->advance(lexer, false);
    if (!is_letter(lexer->lookahead) && !is_digit(lexer->lookahead)) {
      word.open_dot = true;
      return word;
    }
    if (word.length < SPELLED_SIZE - 1) word.text[word.length] = '.';
    word.letters = false;
    word.dotted = true;
    word.length++;
  }
}

// `fe80::1` begins like a word. What the colon makes of it, the parser's own lexer knows.
static bool begins_address(const Word *word, const TSLexer *lexer) {
  if (lexer->lookahead != ':' || word->dotted || word->length >= SPELLED_SIZE) return false;
  for (unsigned i = 0; i < word->length; i++) {
    if (!is_hex(word->text[i])) return false;
  }
  return true;
}

static bool take(TSLexer *lexer, enum Token token) {
  lexer->result_symbol = token;
  return true;
}

// After an error every token fits. A word is then what it is nearly everywhere; at the start of a line it begins an item.
static bool recover(TSLexer *lexer, const Word *word) {
  bool item = word->column == 0 && starts_item(word);
  for (unsigned i = 0; i < SPELLED_COUNT; i++) {
    if ((item || is_reserved(word)) && same(word, SPELLED[i].text)) {
      if (!item || SPELLED[i].token <= TEST || SPELLED[i].token == OBJECT_KIND) {
        return take(lexer, SPELLED[i].token);
      }
    }
  }
  return take(lexer, WORD);
}

// Skips to the next thing that is neither blank nor comment.
static void skip_to_next(TSLexer *lexer) {
  for (;;) {
    switch (lexer->lookahead) {
      case ' ':
      case '\t':
      case '\n':
      case '\r':
        lexer->advance(lexer, false);
        break;
      case '/':
        while (lexer->lookahead != '\n' && !lexer->eof(lexer)) lexer->advance(lexer, false);
        break;
      default:
        return;
    }
  }
}

static Word peek_word(TSLexer *lexer) {
  skip_to_next(lexer);
  if (!is_letter(lexer->lookahead)) return (Word){.length = 0};
  return read_word(lexer, false);
}

// After an outcome, a grant or a country, `by`, `as` and `within` may go on with it or begin the next line: then they are
// attributes or markers. What follows tells.
static bool goes_on(TSLexer *lexer, enum Token token, const bool *valid) {
  if (token == BY && valid[MARKER_WORD]) {
    Word next = peek_word(lexer);
    return same(&next, "gps");
  }
  if (token == BY && valid[FACT_WORD]) {
    Word next = peek_word(lexer);
    return next.length > 0 && !next.dotted && !is_reserved(&next);
  }
  if (token == AS && valid[FACT_WORD]) {
    Word next = peek_word(lexer), last = peek_word(lexer);
    return same(&next, "if") && same(&last, "enforced");
  }
  if (token == WITHIN && valid[FACT_WORD]) {
    skip_to_next(lexer);
    if (!is_digit(lexer->lookahead)) return false;
    while (is_digit(lexer->lookahead)) lexer->advance(lexer, false);
    if (!ends_number(lexer->lookahead)) return false;
    Word next = peek_word(lexer);
    return can_be(&next, UNIT);
  }
  return true;
}

// The tokens that a word can be, the pickiest first.
static bool classify(TSLexer *lexer, const bool *valid, const Word *word) {
  if (valid[COUNTRY_CODE] && word->letters && !same(word, "country") && !same(word, "by")) {
    return take(lexer, COUNTRY_CODE);
  }
  if (valid[NAME] && !word->dotted && !is_reserved(word)) return take(lexer, NAME);
  for (unsigned i = 0; i < SPELLED_COUNT; i++) {
    enum Token token = SPELLED[i].token;
    if (valid[token] && same(word, SPELLED[i].text) && goes_on(lexer, token, valid)) return take(lexer, token);
  }
  bool lower = word->text[0] >= 'a';
  if (valid[MARKER_WORD] && lower && !word->dotted && !same(word, "country")) return take(lexer, MARKER_WORD);
  if (is_structural(word)) return false;
  if (valid[GRANT_WORD] && starts_grant(word)) return take(lexer, GRANT_WORD);
  if (valid[FACT_WORD] && starts_fact(word)) return take(lexer, FACT_WORD);
  if (valid[SESSION_WORD] && !starts_session(word)) return take(lexer, SESSION_WORD);
  return valid[WORD] && take(lexer, WORD);
}

// A grant that stands on the line of its `step-up`, blanks between them. Takes no characters itself.
static bool on_same_line(TSLexer *lexer, const bool *valid) {
  lexer->mark_end(lexer);
  if (lexer->lookahead == '(') return take(lexer, SAME_LINE);
  if (!is_letter(lexer->lookahead)) return false;
  Word word = read_word(lexer, false);
  if (starts_grant(&word)) return take(lexer, SAME_LINE);
  if (word.open_dot) return false;
  lexer->mark_end(lexer);
  return classify(lexer, valid, &word);
}

enum Space { NO_BLANKS, ONLY_BLANKS, LONE_RETURN };

// Skips blanks and line ends.
static enum Space skip_space(TSLexer *lexer) {
  bool blank = false, line = false;
  for (;;) {
    switch (lexer->lookahead) {
      case ' ':
      case '\t':
        blank = true;
        break;
      case '\n':
        line = true;
        break;
      case '\r':
        // Alone it is no line end: the parser's own lexer refuses it.
        lexer->advance(lexer, true);
        line = true;
        if (lexer->lookahead != '\n') return LONE_RETURN;
        break;
      default:
        return blank && !line ? ONLY_BLANKS : NO_BLANKS;
    }
    lexer->advance(lexer, true);
  }
}

void *tree_sitter_latch_external_scanner_create(void) { return NULL; }
void tree_sitter_latch_external_scanner_destroy(void *payload) { (void)payload; }

unsigned tree_sitter_latch_external_scanner_serialize(void *payload, char *buffer) {
  (void)payload;
  (void)buffer;
  return 0;
}

void tree_sitter_latch_external_scanner_deserialize(void *payload, const char *buffer, unsigned length) {
  (void)payload;
  (void)buffer;
  (void)length;
}

bool tree_sitter_latch_external_scanner_scan(void *payload, TSLexer *lexer, const bool *valid) {
  (void)payload;
  bool recovering = valid[ERROR_SENTINEL];
  if (!recovering && (valid[NUMBER_END] || valid[ADDRESS_END])) {
    bool number = valid[NUMBER_END];
    bool ends = number ? ends_number(lexer->lookahead) : ends_address(lexer->lookahead);
    lexer->mark_end(lexer);
    return ends && take(lexer, number ? NUMBER_END : ADDRESS_END);
  }
  enum Space space = skip_space(lexer);
  if (space == LONE_RETURN) return false;
  if (!recovering && valid[SAME_LINE] && space == ONLY_BLANKS) return on_same_line(lexer, valid);
  if (!is_letter(lexer->lookahead)) return false;
  uint32_t column = recovering ? lexer->get_column(lexer) : 0;
  Word word = read_word(lexer, true);
  word.column = column;
  if (begins_address(&word, lexer) && !valid[NAME]) return false;
  return recovering ? recover(lexer, &word) : classify(lexer, valid, &word);
}
