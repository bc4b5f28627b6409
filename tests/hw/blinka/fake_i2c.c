/* Preloaded into a Python that takes itself to be on a Raspberry Pi: its I2C device nodes are a socket to modelled chips.

   open() of any .../i2c-N connects to the SOCK_SEQPACKET socket named by FAKE_I2C; what i2c-dev offers on such a node
   (I2C_RDWR, I2C_SLAVE with read and write, I2C_FUNCS, I2C_TIMEOUT) goes through it, one packet a transaction. Real pins
   and memory are refused. A request is: u8 count, then for each message u8 address, u8 is_read, u16 length and, for a
   write, its bytes. The answer is: u8 errno, then the bytes of all reads.

   A file .../gpiochipN that is no device is a chip of pins of which some are taken: a line "17 name" for each. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/gpio.h>
#include <linux/i2c-dev.h>
#include <linux/i2c.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define NODES 1024
#define ROOM 4096
static unsigned char is_bus[NODES], is_chip[NODES], slave[NODES];

static int real_open(const char *path, int flags, int mode) {
    static int (*next)(const char *, int, ...);
    if (!next) next = dlsym(RTLD_NEXT, "open");
    return next(path, flags, mode);
}

static int fake_open(const char *path, int flags, int mode) {
    const char *name = strrchr(path, '/');
    if (!strncmp(path, "/dev/gpiochip", 13) || !strcmp(path, "/dev/mem") || !strcmp(path, "/dev/gpiomem")) {
        errno = EACCES;
        return -1;
    }
    if (name && !strncmp(name, "/gpiochip", 9)) {
        int fd = real_open(path, flags, mode);
        if (fd >= 0 && fd < NODES) is_chip[fd] = 1;
        return fd;
    }
    if (!name || strncmp(name, "/i2c-", 5) || !getenv("FAKE_I2C")) return real_open(path, flags, mode);
    struct sockaddr_un where = {.sun_family = AF_UNIX};
    strncpy(where.sun_path, getenv("FAKE_I2C"), sizeof where.sun_path - 1);
    int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    if (fd < 0 || fd >= NODES || connect(fd, (struct sockaddr *)&where, sizeof where)) return -1;
    is_bus[fd] = 1;
    return fd;
}

#define MODE(flags) int mode = 0; if ((flags) & (O_CREAT | O_TMPFILE)) { va_list more; va_start(more, flags); mode = va_arg(more, int); va_end(more); }
int open(const char *path, int flags, ...) { MODE(flags) return fake_open(path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE(flags) return fake_open(path, flags | O_LARGEFILE, mode); }

int close(int fd) {
    static int (*next)(int);
    if (!next) next = dlsym(RTLD_NEXT, "close");
    if (fd >= 0 && fd < NODES) is_bus[fd] = is_chip[fd] = 0;
    return next(fd);
}

static int transfer(int fd, struct i2c_msg *messages, unsigned count) {
    unsigned char packet[ROOM];
    size_t used = 0;
    packet[used++] = count;
    for (unsigned i = 0; i < count; i++) {
        struct i2c_msg *m = &messages[i];
        int is_read = m->flags & I2C_M_RD;
        packet[used++] = m->addr;
        packet[used++] = is_read ? 1 : 0;
        packet[used++] = m->len & 0xFF;
        packet[used++] = m->len >> 8;
        if (!is_read) memcpy(packet + used, m->buf, m->len), used += m->len;
    }
    if (send(fd, packet, used, MSG_NOSIGNAL) < 0) return -1;
    ssize_t got = recv(fd, packet, sizeof packet, 0);
    if (got < 1) { errno = EIO; return -1; }
    if (packet[0]) { errno = packet[0]; return -1; }
    used = 1;
    for (unsigned i = 0; i < count; i++)
        if (messages[i].flags & I2C_M_RD) memcpy(messages[i].buf, packet + used, messages[i].len), used += messages[i].len;
    return (int)count;
}

static int line_info(int fd, struct gpio_v2_line_info *info) {
    char taken[ROOM], *rest = taken;
    ssize_t got = pread(fd, taken, sizeof taken - 1, 0);
    if (got < 0) return -1;
    taken[got] = 0;
    for (char *line; (line = strsep(&rest, "\n"));) {
        unsigned pin;
        char who[GPIO_MAX_NAME_SIZE];
        if (sscanf(line, "%u %31s", &pin, who) != 2 || pin != info->offset) continue;
        info->flags = GPIO_V2_LINE_FLAG_USED;
        strcpy(info->consumer, who);
    }
    return 0;
}

int ioctl(int fd, unsigned long request, ...) {
    static int (*next)(int, unsigned long, ...);
    va_list more;
    va_start(more, request);
    void *argument = va_arg(more, void *);
    va_end(more);
    if (!next) next = dlsym(RTLD_NEXT, "ioctl");
    if (fd >= 0 && fd < NODES && is_chip[fd] && request == GPIO_V2_GET_LINEINFO_IOCTL) return line_info(fd, argument);
    if (fd < 0 || fd >= NODES || !is_bus[fd]) return next(fd, request, argument);
    switch (request) {
    case I2C_RDWR: {
        struct i2c_rdwr_ioctl_data *data = argument;
        return transfer(fd, data->msgs, data->nmsgs);
    }
    case I2C_SLAVE: slave[fd] = (uintptr_t)argument; return 0;
    case I2C_TIMEOUT: return 0;
    case I2C_FUNCS: *(unsigned long *)argument = I2C_FUNC_I2C; return 0;
    default: errno = ENOTTY; return -1;
    }
}

ssize_t read(int fd, void *buffer, size_t length) {
    static ssize_t (*next)(int, void *, size_t);
    if (!next) next = dlsym(RTLD_NEXT, "read");
    if (fd < 0 || fd >= NODES || !is_bus[fd]) return next(fd, buffer, length);
    struct i2c_msg message = {slave[fd], I2C_M_RD, length, buffer};
    return transfer(fd, &message, 1) < 0 ? -1 : (ssize_t)length;
}

ssize_t write(int fd, const void *buffer, size_t length) {
    static ssize_t (*next)(int, const void *, size_t);
    if (!next) next = dlsym(RTLD_NEXT, "write");
    if (fd < 0 || fd >= NODES || !is_bus[fd]) return next(fd, buffer, length);
    struct i2c_msg message = {slave[fd], 0, length, (void *)buffer};
    return transfer(fd, &message, 1) < 0 ? -1 : (ssize_t)length;
}
