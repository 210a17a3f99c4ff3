// A ray tracer (Whitted, "An Improved Illumination Model for Shaded Display",
// 1980): spheres and planes with shadows and mirrors, one ray for each pixel.
//
// Stresses virtual calls in the inner loop, small objects that are passed by
// value, square roots, and recursion.
//
//   ray_tracer [SIZE]

#include <cinttypes>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <utility>
#include <vector>

namespace {

struct Vector {
  double x, y, z;
};

Vector operator+(Vector a, Vector b) {
  return {a.x + b.x, a.y + b.y, a.z + b.z};
}
Vector operator-(Vector a, Vector b) {
  return {a.x - b.x, a.y - b.y, a.z - b.z};
}
Vector operator*(Vector a, double by) { return {a.x * by, a.y * by, a.z * by}; }
double dot(Vector a, Vector b) { return a.x * b.x + a.y * b.y + a.z * b.z; }
Vector unit(Vector a) { return a * (1 / std::sqrt(dot(a, a))); }

Vector reflect(Vector direction, Vector normal) {
  return direction - normal * (2 * dot(direction, normal));
}

// The direction has length 1.
struct Ray {
  Vector origin, direction;
};

constexpr double nothing = 1e30, shortest = 1e-6;

class Shape {
public:
  Shape(double brightness, double mirror)
      : brightness(brightness), mirror(mirror) {}
  virtual ~Shape() = default;

  // How far along the ray it is met, or `nothing`.
  virtual double distance(const Ray &ray) const = 0;
  virtual Vector normal(Vector at) const = 0;
  virtual double brightness_at(Vector) const { return brightness; }

  // How much light it scatters, and how much it reflects.
  const double brightness, mirror;
};

class Sphere final : public Shape {
public:
  Sphere(Vector center, double radius, double brightness, double mirror)
      : Shape(brightness, mirror), center(center), radius(radius) {}

  double distance(const Ray &ray) const override {
    Vector to_center = center - ray.origin;
    double middle = dot(to_center, ray.direction);
    double rest = middle * middle - dot(to_center, to_center) + radius * radius;
    if (rest < 0)
      return nothing;
    double root = std::sqrt(rest);
    if (middle - root > shortest)
      return middle - root;
    return middle + root > shortest ? middle + root : nothing;
  }

  Vector normal(Vector at) const override {
    return (at - center) * (1 / radius);
  }

private:
  Vector center;
  double radius;
};

// A floor of light and dark squares.
class Floor final : public Shape {
public:
  explicit Floor(double height) : Shape(0.9, 0.2), height(height) {}

  double distance(const Ray &ray) const override {
    if (ray.direction.y > -1e-9)
      return nothing;
    double distance = (height - ray.origin.y) / ray.direction.y;
    return distance > shortest ? distance : nothing;
  }

  Vector normal(Vector) const override { return {0, 1, 0}; }

  double brightness_at(Vector at) const override {
    double squares = std::floor(at.x) + std::floor(at.z);
    return squares / 2 == std::floor(squares / 2) ? brightness : brightness / 4;
  }

private:
  double height;
};

class Scene {
public:
  void add(std::unique_ptr<Shape> shape) { shapes.push_back(std::move(shape)); }

  double trace(const Ray &ray, int depth) const {
    double distance = nothing;
    const Shape *shape = nearest(ray, distance);
    if (shape == nullptr)
      return 0.3 + 0.3 * ray.direction.y;
    Vector at = ray.origin + ray.direction * distance;
    Vector normal = shape->normal(at);
    double light = 0.1;
    double slope = dot(normal, to_light);
    if (slope > 0 && !is_in_shadow(at))
      light += 0.9 * slope;
    light *= shape->brightness_at(at);
    if (shape->mirror == 0 || depth == 0)
      return light;
    Ray reflected = {at, reflect(ray.direction, normal)};
    return light * (1 - shape->mirror) +
           shape->mirror * trace(reflected, depth - 1);
  }

private:
  const Shape *nearest(const Ray &ray, double &distance) const {
    const Shape *found = nullptr;
    for (const auto &shape : shapes) {
      double here = shape->distance(ray);
      if (here < distance) {
        distance = here;
        found = shape.get();
      }
    }
    return found;
  }

  bool is_in_shadow(Vector at) const {
    for (const auto &shape : shapes)
      if (shape->distance({at, to_light}) < nothing)
        return true;
    return false;
  }

  std::vector<std::unique_ptr<Shape>> shapes;
  Vector to_light = unit({1, 2, -1});
};

Scene make_scene() {
  Scene scene;
  scene.add(std::make_unique<Floor>(-1));
  for (int i = 0; i < 5; i++)
    for (int j = 0; j < 5; j++) {
      Vector center = {i - 2.0, (i * 3 + j * 2) % 5 * 0.4 - 0.6, j + 1.0};
      double mirror = (i + j) % 3 * 0.3;
      scene.add(std::make_unique<Sphere>(center, 0.35, 0.8, mirror));
    }
  return scene;
}

// A ray that meets a sphere, one from inside, one that misses; a floor from
// above and from below; a right angle.
bool is_correct() {
  Sphere sphere({0, 0, 5}, 2, 1, 0);
  Floor floor(-1);
  Vector up = reflect({0, 0, 1}, unit({0, 1, -1}));
  return sphere.distance({{0, 0, 0}, {0, 0, 1}}) == 3 &&
         sphere.distance({{0, 0, 5}, {0, 1, 0}}) == 2 &&
         sphere.distance({{3, 0, 0}, {0, 0, 1}}) == nothing &&
         floor.distance({{0, 0, 0}, {0, -1, 0}}) == 1 &&
         floor.distance({{0, 0, 0}, {0, 1, 0}}) == nothing &&
         floor.brightness_at({0.5, -1, 0.5}) == 0.9 &&
         std::abs(up.y - 1) < 1e-12;
}

} // namespace

int main(int argc, char **argv) {
  int size = argc > 1 ? std::atoi(argv[1]) : 2000;
  if (!is_correct()) {
    std::fputs("ray_tracer: wrong result\n", stderr);
    return 1;
  }
  Scene scene = make_scene();
  std::uint32_t checksum = 0;
  double sum = 0;
  for (int row = 0; row < size; row++)
    for (int column = 0; column < size; column++) {
      double x = 2.0 * column / size - 1, y = 1 - 2.0 * row / size;
      double light = scene.trace({{0, 0.5, -3}, unit({x, y - 0.1, 1.5})}, 4);
      sum += light;
      checksum = checksum * 31 + static_cast<std::uint32_t>(light * 65536);
    }
  std::printf("ray_tracer %d: %.9f %08" PRIx32 "\n", size, sum / size / size,
              checksum);
  return 0;
}
