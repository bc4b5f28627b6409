#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
static volatile long long none, *off;
static long long offset(void) {
  if (!off) {
    int f = open("/dev/shm/test-clock", O_RDWR | O_CLOEXEC);
    void *m = f < 0 ? MAP_FAILED : mmap(0, 8, PROT_READ | PROT_WRITE, MAP_SHARED, f, 0);
    if (f >= 0) close(f);
    off = m == MAP_FAILED ? &none : m;
  }
  return *off;
}
static int real(clockid_t c, struct timespec *t) {
  static int (*f)(clockid_t, struct timespec *);
  if (!f) f = dlsym(RTLD_NEXT, "clock_gettime");
  return f(c, t);
}
static long long now(void) { struct timespec t; real(CLOCK_REALTIME, &t); return t.tv_sec * 1000000000LL + t.tv_nsec; }
int clock_gettime(clockid_t c, struct timespec *t) {
  if (c != CLOCK_REALTIME && c != CLOCK_REALTIME_COARSE) return real(c, t);
  long long n = now() + offset(); t->tv_sec = n / 1000000000LL; t->tv_nsec = n % 1000000000LL; return 0;
}
int gettimeofday(struct timeval *t, void *z) { long long n = now() + offset(); t->tv_sec = n / 1000000000LL; t->tv_usec = n / 1000 % 1000000; return 0; }
time_t time(time_t *t) { time_t s = (now() + offset()) / 1000000000LL; if (t) *t = s; return s; }
int clock_settime(clockid_t c, const struct timespec *t) {
  long long was = offset();
  if (c != CLOCK_REALTIME || off == &none) { errno = EPERM; return -1; }
  (void)was; *off = t->tv_sec * 1000000000LL + t->tv_nsec - now(); return 0;
}
