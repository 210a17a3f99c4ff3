// Shortest paths from one corner of a grid with random costs, by Dijkstra's
// algorithm (1959) with a heap, written once as a template for graphs and for
// kinds of distance; and again by the method of Bellman and Ford (1958), on a
// smaller grid, to compare.
//
// Stresses what templates and inlined function objects become, a binary heap
// whose comparisons cannot be predicted, and loads from all over the memory.
//
//   shortest_paths [SIZE]

#include <cinttypes>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <limits>
#include <queue>
#include <utility>
#include <vector>

namespace {

using Node = std::uint32_t;

// Nodes are the cells; it costs something to enter one.
template <typename Distance> class Grid {
public:
  explicit Grid(Node size) : size(size), costs(std::size_t{size} * size) {
    std::uint32_t state = 2463534242;
    for (Distance &cost : costs) {
      state ^= state << 13;
      state ^= state >> 17;
      state ^= state << 5;
      cost = static_cast<Distance>(1 + (state >> 16) % 1000);
    }
  }

  std::size_t count() const { return costs.size(); }

  // Calls `use` with each neighbour and what it costs to go there.
  template <typename Use> void for_each_neighbour(Node node, Use use) const {
    Node column = node % size, row = node / size;
    auto visit = [&](Node other) { use(other, costs[other]); };
    if (column > 0)
      visit(node - 1);
    if (column + 1 < size)
      visit(node + 1);
    if (row > 0)
      visit(node - size);
    if (row + 1 < size)
      visit(node + size);
  }

private:
  Node size;
  std::vector<Distance> costs;
};

template <typename Distance>
constexpr Distance unreached = std::numeric_limits<Distance>::max();

template <typename Distance, typename Graph>
std::vector<Distance> dijkstra(const Graph &graph, Node start) {
  using Entry = std::pair<Distance, Node>;
  std::priority_queue<Entry, std::vector<Entry>, std::greater<Entry>> queue;
  std::vector<Distance> distances(graph.count(), unreached<Distance>);
  distances[start] = 0;
  queue.emplace(Distance{0}, start);
  while (!queue.empty()) {
    auto [distance, node] = queue.top();
    queue.pop();
    if (distance > distances[node])
      continue;
    graph.for_each_neighbour(node,
                             [&, from = distance](Node other, Distance cost) {
                               if (from + cost < distances[other]) {
                                 distances[other] = from + cost;
                                 queue.emplace(distances[other], other);
                               }
                             });
  }
  return distances;
}

template <typename Distance, typename Graph>
std::vector<Distance> bellman_ford(const Graph &graph, Node start) {
  std::vector<Distance> distances(graph.count(), unreached<Distance>);
  distances[start] = 0;
  for (bool changed = true; changed;) {
    changed = false;
    for (Node node = 0; node < graph.count(); node++) {
      if (distances[node] == unreached<Distance>)
        continue;
      graph.for_each_neighbour(node, [&](Node other, Distance cost) {
        if (distances[node] + cost < distances[other]) {
          distances[other] = distances[node] + cost;
          changed = true;
        }
      });
    }
  }
  return distances;
}

// A triangle whose two short sides are shorter than the long one.
struct Triangle {
  std::size_t count() const { return 3; }
  template <typename Use> void for_each_neighbour(Node node, Use use) const {
    if (node == 0) {
      use(1, 2);
      use(2, 7);
    } else if (node == 1) {
      use(2, 3);
    }
  }
};

bool is_correct() {
  Grid<std::uint32_t> grid(40);
  return dijkstra<int>(Triangle(), 0) == std::vector<int>{0, 2, 5} &&
         dijkstra<std::uint32_t>(grid, 7) ==
             bellman_ford<std::uint32_t>(grid, 7);
}

template <typename Distance> std::uint64_t checksum(Node size) {
  Grid<Distance> grid(size);
  std::uint64_t sum = 0;
  for (Distance distance : dijkstra<Distance>(grid, 0))
    sum = sum * 31 + static_cast<std::uint64_t>(distance);
  return sum;
}

} // namespace

int main(int argc, char **argv) {
  int size = argc > 1 ? std::atoi(argv[1]) : 1800;
  if (!is_correct()) {
    std::fputs("shortest_paths: wrong result\n", stderr);
    return 1;
  }
  Node nodes = static_cast<Node>(size);
  std::uint64_t whole = checksum<std::uint32_t>(nodes);
  std::uint64_t floating = checksum<double>(nodes);
  if (whole != floating) {
    std::fputs("shortest_paths: integers and doubles differ\n", stderr);
    return 1;
  }
  std::printf("shortest_paths %d: %016" PRIx64 "\n", size, whole);
  return 0;
}
