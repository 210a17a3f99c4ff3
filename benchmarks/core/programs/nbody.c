// The orbits of the sun and the four giant planets under their gravity,
// integrated with the symplectic Euler method: velocities first, then
// positions. The bodies, their state at the start and the step of a hundredth
// of a day are those of the Computer Language Benchmarks Game, so that its
// results are known.
//
// Stresses scalar double precision with square roots and divisions, in a chain
// of dependent operations.
//
//   nbody [STEPS]

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { BODIES = 5, AXES = 3 };

typedef struct {
  double position[AXES], velocity[AXES], mass;
} Body;

// Astronomical units, days and masses of the sun.
static const Body at_start[BODIES] = {
    {{0, 0, 0}, {0, 0, 0}, 1},
    {{4.84143144246472090, -1.16032004402742839, -0.103622044471123109},
     {1.66007664274403694e-03, 7.69901118419740425e-03,
      -6.90460016972063023e-05},
     9.54791938424326609e-04},
    {{8.34336671824457987, 4.12479856412430479, -0.403523417114321381},
     {-2.76742510726411739e-03, 4.99852801234917238e-03,
      2.30417297573763929e-05},
     2.85885980666130812e-04},
    {{12.8943695621391310, -15.1111514016986312, -0.223307578892655734},
     {2.96460137564761618e-03, 2.37847173959480950e-03,
      -2.96589568540237556e-05},
     4.36624404335156298e-05},
    {{15.3796971148509165, -25.9193146099879641, 0.179258772950371181},
     {2.68067772490389322e-03, 1.62824170038242295e-03,
      -9.51592254519715870e-05},
     5.15138902046611451e-05},
};

static const double days_a_year = 365.24;
static const double gravity = 4 * 3.141592653589793 * 3.141592653589793;

// Years instead of days, so that the gravitational constant is 4 pi^2; and the
// sun moves such that the whole stands still.
static void place(Body *bodies) {
  for (int i = 0; i < BODIES; i++) {
    bodies[i] = at_start[i];
    bodies[i].mass *= gravity;
    for (int axis = 0; axis < AXES; axis++)
      bodies[i].velocity[axis] *= days_a_year;
  }
  for (int axis = 0; axis < AXES; axis++) {
    double momentum = 0;
    for (int i = 0; i < BODIES; i++)
      momentum += bodies[i].velocity[axis] * bodies[i].mass;
    bodies[0].velocity[axis] = -momentum / gravity;
  }
}

static double squared_distance(const Body *a, const Body *b) {
  double sum = 0;
  for (int axis = 0; axis < AXES; axis++) {
    double difference = a->position[axis] - b->position[axis];
    sum += difference * difference;
  }
  return sum;
}

static void attract(Body *a, Body *b, double time) {
  double square = squared_distance(a, b);
  double pull = time / (square * sqrt(square));
  for (int axis = 0; axis < AXES; axis++) {
    double difference = a->position[axis] - b->position[axis];
    a->velocity[axis] -= difference * b->mass * pull;
    b->velocity[axis] += difference * a->mass * pull;
  }
}

static void advance(Body *bodies, int steps, double time) {
  for (int step = 0; step < steps; step++) {
    for (int i = 0; i < BODIES; i++)
      for (int j = i + 1; j < BODIES; j++)
        attract(&bodies[i], &bodies[j], time);
    for (int i = 0; i < BODIES; i++)
      for (int axis = 0; axis < AXES; axis++)
        bodies[i].position[axis] += time * bodies[i].velocity[axis];
  }
}

static double energy(const Body *bodies) {
  double sum = 0;
  for (int i = 0; i < BODIES; i++) {
    const double *v = bodies[i].velocity;
    sum += bodies[i].mass * (v[0] * v[0] + v[1] * v[1] + v[2] * v[2]) / 2;
    for (int j = i + 1; j < BODIES; j++)
      sum -= bodies[i].mass * bodies[j].mass /
             sqrt(squared_distance(&bodies[i], &bodies[j]));
  }
  return sum;
}

static double energy_after(int steps) {
  Body bodies[BODIES];
  place(bodies);
  advance(bodies, steps, 0.01);
  return energy(bodies);
}

// The published results have nine digits.
static int is_correct(void) {
  return fabs(energy_after(0) - -0.169075164) < 1e-9 &&
         fabs(energy_after(1000) - -0.169087605) < 1e-9;
}

int main(int argc, char **argv) {
  int steps = argc > 1 ? atoi(argv[1]) : 10000000;
  if (!is_correct()) {
    fputs("nbody: wrong result\n", stderr);
    return 1;
  }
  printf("nbody %d: %.17g\n", steps, energy_after(steps));
  return 0;
}
