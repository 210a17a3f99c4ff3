// Regular expressions, compiled to a nondeterministic automaton whose states
// are all followed at once (Thompson, "Regular Expression Search Algorithm",
// 1968). There are letters, `.`, sets such as [a-f] and [^0-9], groups, `|`,
// `*`, `+` and `?`. It counts how often each of several expressions occurs in a
// text that it makes up: an occurrence ends as early as it can, and the next
// begins after it.
//
// Stresses recursion, small arrays that are read and written in unpredictable
// order, and branches.
//
//   regex [KIBIBYTES]

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// ---- the syntax tree ----

typedef enum { EMPTY, LETTERS, BOTH, EITHER, STAR, PLUS, OPTION } Kind;

typedef struct Node {
  Kind kind;
  struct Node *left, *right;
  unsigned char letters[256];
} Node;

enum { MOST = 256 };
static Node nodes[MOST];
static int node_count;
static const char *at;

static Node *make(Kind kind, Node *left, Node *right) {
  Node *node = &nodes[node_count++];
  *node = (Node){.kind = kind, .left = left, .right = right};
  return node;
}

static void parse_set(unsigned char *letters) {
  int negated = *at == '^';
  at += negated;
  for (; *at != ']'; at++) {
    int first = (unsigned char)*at, last = first;
    if (at[1] == '-' && at[2] != ']') {
      last = (unsigned char)at[2];
      at += 2;
    }
    for (int letter = first; letter <= last; letter++)
      letters[letter] = 1;
  }
  at++;
  for (int letter = 0; negated && letter < 256; letter++)
    letters[letter] ^= 1;
}

static Node *parse_alternatives(void);

static Node *parse_atom(void) {
  if (*at == '(') {
    at++;
    Node *group = parse_alternatives();
    at++;
    return group;
  }
  Node *node = make(LETTERS, NULL, NULL);
  if (*at == '[') {
    at++;
    parse_set(node->letters);
  } else if (*at == '.') {
    at++;
    memset(node->letters, 1, sizeof node->letters);
  } else {
    at += *at == '\\';
    node->letters[(unsigned char)*at++] = 1;
  }
  return node;
}

static Node *parse_sequence(void) {
  Node *sequence = make(EMPTY, NULL, NULL);
  while (*at != 0 && *at != '|' && *at != ')') {
    Node *atom = parse_atom();
    for (; *at == '*' || *at == '+' || *at == '?'; at++)
      atom = make(*at == '*' ? STAR : *at == '+' ? PLUS : OPTION, atom, NULL);
    sequence = make(BOTH, sequence, atom);
  }
  return sequence;
}

static Node *parse_alternatives(void) {
  Node *alternatives = parse_sequence();
  while (*at == '|') {
    at++;
    alternatives = make(EITHER, alternatives, parse_sequence());
  }
  return alternatives;
}

// ---- the automaton: a state takes a letter, goes on elsewhere, or is the end
// ----

typedef struct {
  enum { TAKE, GO, END } action;
  const unsigned char *letters;
  int next, other; // without another, -1
} State;

static State states[2 * MOST];
static int state_count;

static int emit(int action, const unsigned char *letters, int next) {
  State *state = &states[state_count];
  state->action = action;
  state->letters = letters;
  state->next = next;
  state->other = -1;
  return state_count++;
}

static void generate(const Node *node) {
  int start = state_count, end;
  switch (node->kind) {
  case EMPTY:
    break;
  case LETTERS:
    emit(TAKE, node->letters, start + 1);
    break;
  case BOTH:
    generate(node->left);
    generate(node->right);
    break;
  case EITHER:
    emit(GO, NULL, start + 1);
    generate(node->left);
    end = emit(GO, NULL, 0);
    states[start].other = state_count;
    generate(node->right);
    states[end].next = state_count;
    break;
  case STAR:
  case OPTION:
    emit(GO, NULL, start + 1);
    generate(node->left);
    if (node->kind == STAR)
      emit(GO, NULL, start);
    states[start].other = state_count;
    break;
  case PLUS:
    generate(node->left);
    end = emit(GO, NULL, start);
    states[end].other = state_count;
    break;
  }
}

static void compile(const char *expression) {
  node_count = state_count = 0;
  at = expression;
  generate(parse_alternatives());
  emit(END, NULL, 0);
}

// ---- its run ----

// The states that wait for a letter; `mark[state]` is the step in which it was
// entered last.
typedef struct {
  int waiting[2 * MOST], count;
} Set;

static int mark[2 * MOST], step;

// Enters a state and all that are reached without a letter; true if the end is
// among them.
static int enter(Set *set, int state) {
  if (mark[state] == step)
    return 0;
  mark[state] = step;
  if (states[state].action == END)
    return 1;
  if (states[state].action == TAKE) {
    set->waiting[set->count++] = state;
    return 0;
  }
  int is_end = enter(set, states[state].next);
  return (states[state].other >= 0 && enter(set, states[state].other)) | is_end;
}

static uint32_t count_occurrences(const char *text, int size,
                                  uint64_t *places) {
  static Set sets[2];
  Set *now = &sets[0], *then = &sets[1];
  uint32_t count = 0;
  step++;
  now->count = 0;
  for (int i = 0; i < size; i++) {
    // An occurrence may begin at every letter.
    enter(now, 0);
    step++;
    then->count = 0;
    int is_end = 0;
    for (int n = 0; n < now->count; n++) {
      const State *state = &states[now->waiting[n]];
      if (state->letters[(unsigned char)text[i]])
        is_end |= enter(then, state->next);
    }
    if (is_end) {
      count++;
      *places += (uint64_t)i;
      step++;
      then->count = 0;
    }
    Set *swap = now;
    now = then;
    then = swap;
  }
  return count;
}

static int is_correct(void) {
  static const struct {
    const char *expression, *text;
    uint32_t count;
  } examples[] = {
      {"abc", "abc abd ababc", 2},
      {"a(b|c)*d", "ad abd acbcd abx d", 3},
      {"[0-9]+\\.[0-9]", "1.5 22.x 3.14", 2},
      {"[^a-c]", "abcdabce", 2},
      {"colou?r", "color colour colr", 2},
      {"x.z|y", "xyz xz y", 2},
      {"(a|b)(a|b)", "ababa", 2},
      {"(a*)*b", "aaaaaaaaaab aaac", 1},
      {"a?a?a?a?a?aaaaa", "aaaaaaaaaaaa", 2},
  };
  for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
    uint64_t places = 0;
    compile(examples[i].expression);
    if (count_occurrences(examples[i].text, (int)strlen(examples[i].text),
                          &places) != examples[i].count)
      return 0;
  }
  return 1;
}

static void write_text(char *text, int size) {
  static const char letters[] = "etaoinshrdlucmfw0123456789..-@  ";
  uint32_t state = 2463534242;
  for (int i = 0; i < size; i++) {
    state = state * 1664525 + 1013904223;
    text[i] = letters[state >> 27];
  }
}

int main(int argc, char **argv) {
  static const char *const expressions[] = {
      "the|and|other",
      "[a-z]+@[a-z]+\\.(com|net|hu)",
      "[0-9]+-[0-9]+-[0-9]+",
      "(a|e|i|o|u)+[^aeiou ]+(a|e|i|o|u)+ ",
      "h.*w.*9",
      "(s|h)*(t|r)+(d|l)?u",
  };
  int size = (argc > 1 ? atoi(argv[1]) : 8192) * 1024;
  char *text = malloc((size_t)size);
  if (text == NULL)
    return 1;
  if (!is_correct()) {
    fputs("regex: wrong result\n", stderr);
    return 1;
  }
  write_text(text, size);
  uint64_t sum = 0;
  uint32_t count = 0;
  for (size_t i = 0; i < sizeof expressions / sizeof *expressions; i++) {
    compile(expressions[i]);
    count += count_occurrences(text, size, &sum);
    sum *= 31;
  }
  printf("regex %d: %" PRIu32 " %016" PRIx64 "\n", size / 1024, count, sum);
  return 0;
}
