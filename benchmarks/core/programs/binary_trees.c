// Trees that are made, walked and freed again, many small ones and one that
// stays: what remains of Ellis, Kovac and Boehm's GCBench (1997) in the
// Computer Language Benchmarks Game.
//
// Stresses malloc and free of the C library that the program is linked with,
// recursion and pointers.
//
//   binary_trees [DEPTH]

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct Node {
  struct Node *left, *right;
} Node;

static Node *make(int depth) {
  Node *node = malloc(sizeof *node);
  if (node == NULL)
    exit(1);
  node->left = depth > 0 ? make(depth - 1) : NULL;
  node->right = depth > 0 ? make(depth - 1) : NULL;
  return node;
}

static uint32_t count(const Node *node) {
  return node == NULL ? 0 : 1 + count(node->left) + count(node->right);
}

static void discard(Node *node) {
  if (node == NULL)
    return;
  discard(node->left);
  discard(node->right);
  free(node);
}

// As many trees of each depth as make about the same number of nodes.
static uint64_t nodes_of_trees(int deepest, int depth) {
  uint64_t nodes = 0;
  for (int trees = 1 << (deepest - depth); trees > 0; trees--) {
    Node *tree = make(depth);
    nodes += count(tree);
    discard(tree);
  }
  return nodes;
}

int main(int argc, char **argv) {
  int deepest = argc > 1 ? atoi(argv[1]) : 21;
  Node *lasting = make(deepest - 1);
  uint64_t sum = 0;
  for (int depth = 4; depth <= deepest; depth += 2) {
    uint64_t nodes = nodes_of_trees(deepest, depth),
             trees = UINT64_C(1) << (deepest - depth);
    if (nodes != trees * ((UINT64_C(2) << depth) - 1)) {
      fputs("binary_trees: wrong result\n", stderr);
      return 1;
    }
    sum = sum * 31 + nodes;
  }
  printf("binary_trees %d: %" PRIu32 " %016" PRIx64 "\n", deepest,
         count(lasting), sum);
  return 0;
}
