// A B-tree (Bayer and McCreight, 1972; in the form of Cormen, Leiserson, Rivest
// and Stein, "Introduction to Algorithms", chapter 18): inserts random keys,
// looks some up, and walks over ranges in order.
//
// Stresses binary search within nodes, moves of small blocks of memory, and
// pointers that lead to unpredictable places.
//
//   btree [KEYS]

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Each node but the root has at least DEGREE - 1 keys.
enum { DEGREE = 16, FULL = 2 * DEGREE - 1 };

typedef struct Node {
  int count, is_leaf;
  uint32_t keys[FULL], values[FULL];
  struct Node *children[FULL + 1]; // of a leaf, none
} Node;

typedef struct {
  Node *root;
  uint32_t count;
} Tree;

static Node *make_node(int is_leaf) {
  Node *node = calloc(1, sizeof *node);
  if (node == NULL)
    exit(1);
  node->is_leaf = is_leaf;
  return node;
}

// The place of the first key that is not less.
static int search(const Node *node, uint32_t key) {
  int low = 0, high = node->count;
  while (low < high) {
    int middle = (low + high) / 2;
    if (node->keys[middle] < key)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static const uint32_t *look_up(const Tree *tree, uint32_t key) {
  const Node *node = tree->root;
  for (;;) {
    int i = search(node, key);
    if (i < node->count && node->keys[i] == key)
      return &node->values[i];
    if (node->is_leaf)
      return NULL;
    node = node->children[i];
  }
}

// Moves the keys from `at` on by one, and the children behind them.
static void open_gap(Node *node, int at) {
  size_t moved = (size_t)(node->count - at);
  memmove(&node->keys[at + 1], &node->keys[at], moved * sizeof *node->keys);
  memmove(&node->values[at + 1], &node->values[at],
          moved * sizeof *node->values);
  if (!node->is_leaf)
    memmove(&node->children[at + 2], &node->children[at + 1],
            moved * sizeof *node->children);
  node->count++;
}

static void put(Node *node, int at, uint32_t key, uint32_t value) {
  node->keys[at] = key;
  node->values[at] = value;
}

// Makes two nodes of a full child; its middle key goes up between them.
static void split_child(Node *parent, int at) {
  Node *left = parent->children[at], *right = make_node(left->is_leaf);
  right->count = DEGREE - 1;
  memcpy(right->keys, left->keys + DEGREE, (DEGREE - 1) * sizeof *left->keys);
  memcpy(right->values, left->values + DEGREE,
         (DEGREE - 1) * sizeof *left->values);
  if (!left->is_leaf)
    memcpy(right->children, left->children + DEGREE,
           DEGREE * sizeof *left->children);
  left->count = DEGREE - 1;
  open_gap(parent, at);
  put(parent, at, left->keys[DEGREE - 1], left->values[DEGREE - 1]);
  parent->children[at + 1] = right;
}

// Full nodes are split on the way down, so that there is always room above.
static void insert(Tree *tree, uint32_t key, uint32_t value) {
  if (tree->root->count == FULL) {
    Node *root = make_node(0);
    root->children[0] = tree->root;
    tree->root = root;
    split_child(root, 0);
  }
  for (Node *node = tree->root;;) {
    int i = search(node, key);
    if (i < node->count && node->keys[i] == key) {
      node->values[i] = value;
      return;
    }
    if (node->is_leaf) {
      open_gap(node, i);
      put(node, i, key, value);
      tree->count++;
      return;
    }
    if (node->children[i]->count == FULL)
      split_child(node, i);
    else
      node = node->children[i];
  }
}

// The sum of the values of the keys from `first` to `last`.
static uint64_t sum_of_range(const Node *node, uint32_t first, uint32_t last) {
  uint64_t sum = 0;
  int i = search(node, first);
  for (; i < node->count && node->keys[i] <= last; i++) {
    if (!node->is_leaf)
      sum += sum_of_range(node->children[i], first, last);
    sum += node->values[i];
  }
  return node->is_leaf ? sum
                       : sum + sum_of_range(node->children[i], first, last);
}

// The height if keys ascend, leaves are equally deep and nodes are as full as
// they must be; otherwise -1.
static int height(const Node *node, int is_root, int64_t *last_key) {
  int result = 0;
  if (node->count < DEGREE - 1 && !is_root)
    return -1;
  for (int i = 0; i <= node->count; i++) {
    if (!node->is_leaf) {
      int below = height(node->children[i], 0, last_key);
      if (below < 0 || (i > 0 && below + 1 != result))
        return -1;
      result = below + 1;
    }
    if (i < node->count) {
      if (node->keys[i] <= *last_key)
        return -1;
      *last_key = node->keys[i];
    }
  }
  return result;
}

static int is_well_formed(const Tree *tree) {
  int64_t last_key = -1;
  return height(tree->root, 1, &last_key) >= 0;
}

// The keys 0 to 9999 in an order that has no order; the value is the square.
static int is_correct(void) {
  enum { KEYS = 10000 };
  Tree tree = {make_node(1), 0};
  for (uint32_t i = 0; i < KEYS; i++) {
    uint32_t key = i * 7919 % KEYS;
    insert(&tree, key, 0);
    insert(&tree, key, key * key);
  }
  const uint32_t *found = look_up(&tree, 4321);
  return tree.count == KEYS && is_well_formed(&tree) && found != NULL &&
         *found == 4321 * 4321 && look_up(&tree, KEYS) == NULL &&
         sum_of_range(tree.root, 1, 100) == 338350;
}

int main(int argc, char **argv) {
  int keys = argc > 1 ? atoi(argv[1]) : 1500000;
  Tree tree = {make_node(1), 0};
  uint32_t state = 2463534242, found = 0;
  uint64_t sum = 0;
  for (int i = 0; i < keys; i++) {
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    insert(&tree, state >> 8, (uint32_t)i);
    for (uint32_t other = 1; other <= 2; other++)
      found += look_up(&tree, (state * other) >> 8) != NULL;
    if (i % 64 == 0)
      sum += sum_of_range(tree.root, state >> 8, (state >> 8) + 4000);
  }
  if (!is_correct() || !is_well_formed(&tree)) {
    fputs("btree: wrong result\n", stderr);
    return 1;
  }
  printf("btree %d: %" PRIu32 " %" PRIu32 " %016" PRIx64 "\n", keys, tree.count,
         found, sum);
  return 0;
}
