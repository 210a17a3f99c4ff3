// Virtual calls, templates, containers of owning pointers, closures, streams and the order in
// which objects, static ones too, are made and destroyed.

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <iomanip>
#include <iostream>
#include <memory>
#include <numeric>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

struct Shape {
  virtual ~Shape() = default;
  virtual double area() const = 0;
  virtual std::string name() const { return "shape"; }
};

struct Named {
  virtual ~Named() = default;
  virtual std::string label() const = 0;
};

struct Circle : Shape {
  explicit Circle(double radius) : radius(radius) {}
  double area() const override { return 3.14159265358979 * radius * radius; }
  std::string name() const override { return "circle"; }
  double radius;
};

struct Rectangle : Shape, Named {
  Rectangle(double width, double height) : width(width), height(height) {}
  double area() const override { return width * height; }
  std::string label() const override {
    std::ostringstream text;
    text << width << " by " << height;
    return text.str();
  }
  double width, height;
};

struct Square final : Rectangle {
  explicit Square(double side) : Rectangle(side, side) {}
  std::string name() const override { return "square"; }
};

struct Trace {
  explicit Trace(std::string name) : name(std::move(name)) { std::cout << "+ " << this->name << '\n'; }
  Trace(const Trace &) = delete;
  ~Trace() { std::cout << "- " << name << std::endl; }
  std::string name;
};

static Trace global{"global"};

Trace &local_static() {
  static Trace once{"local static"};
  return once;
}

template <typename Number>
Number power(Number base, unsigned exponent) {
  Number result{1};
  for (; exponent; exponent >>= 1, base *= base)
    if (exponent & 1) result *= base;
  return result;
}

int main() {
  Trace outer{"outer"};
  std::vector<std::unique_ptr<Shape>> shapes;
  for (int i = 1; i <= 4; i++) {
    shapes.push_back(std::make_unique<Circle>(i / 3.0));
    shapes.push_back(std::make_unique<Rectangle>(i, 1.5));
    shapes.push_back(std::make_unique<Square>(i * 0.75));
  }
  std::stable_sort(shapes.begin(), shapes.end(),
                   [](const auto &a, const auto &b) { return a->area() < b->area(); });
  std::cout << std::fixed << std::setprecision(4);
  for (const auto &shape : shapes) {
    std::cout << std::left << std::setw(8) << shape->name() << std::right << std::setw(10)
              << shape->area();
    if (const auto *rectangle = dynamic_cast<const Rectangle *>(shape.get())) {
      const Named &named = *rectangle;
      std::cout << "  " << named.label();
    }
    std::cout << '\n';
  }
  const double total = std::accumulate(shapes.begin(), shapes.end(), 0.0,
                                       [](double sum, const auto &s) { return sum + s->area(); });
  std::cout << "total " << total << '\n';

  std::array<std::function<long(long)>, 4> steps{
      [](long x) { return x + 1; }, [](long x) { return x * 3; },
      [total](long x) { return x + static_cast<long>(total); },
      [](long x) { return power<long>(x % 10, 5); }};
  long value = 1;
  for (int i = 0; i < 20; i++) value = steps[static_cast<std::size_t>(i) % steps.size()](value);
  std::cout << "steps " << value << ", 3^20 " << power(3LL, 20) << ", 1.1^30 " << power(1.1, 30)
            << '\n';

  std::unordered_map<std::string, std::set<int>> divisors;
  for (int n = 1; n <= 30; n++)
    for (int d = 1; d <= n; d++)
      if (n % d == 0) divisors[std::to_string(n)].insert(d);
  std::cout << "divisors of 30:";
  for (int d : divisors["30"]) std::cout << ' ' << d;
  std::cout << ", keys " << divisors.size() << '\n';

  std::vector<std::variant<int, double, std::string>> mixed{7, 2.5, std::string("text")};
  for (const auto &item : mixed)
    std::visit([](const auto &v) { std::cout << "[" << v << "]"; }, item);
  std::cout << '\n';

  std::istringstream numbers("12 -5 3.25 oops 9");
  std::optional<double> last;
  for (double number; numbers >> number;) last = number;
  std::cout << "parsed up to " << last.value_or(-1) << (numbers.fail() ? ", then failed" : "")
            << '\n';
  {
    auto shared = std::make_shared<Trace>("shared");
    std::weak_ptr<Trace> weak = shared;
    auto second = shared;
    std::cout << "owners " << shared.use_count() << '\n';
    shared.reset();
    second.reset();
    std::cout << "expired " << std::boolalpha << weak.expired() << '\n';
  }
  std::cout << local_static().name << '\n';
}
