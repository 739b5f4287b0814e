/*
 * A disk that lies until it is asked to tell the truth. Loaded in front of the C library, it keeps for every file under
 * LIAR_FOLDER what was written since that file's last fsync. At the LIAR_AFTER-th write, truncation or fsync the power
 * goes: of what was not synced a part chosen by LIAR_SEED reaches the disk, whole writes or single sectors of them, in
 * no order; the rest never happened. Then the process is gone.
 *
 * What it does not do: lose the making or the removal of a file. SQLite's -shm files are left alone; they are memory.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECTOR 512
#define MOST_FILES 1024

struct change {
    int file;         /* index into files */
    int is_truncate;
    off_t at;         /* where it was written; the new size of a truncation */
    off_t size;       /* the file's size before */
    size_t length;    /* bytes written; bytes cut off */
    size_t kept;      /* bytes of `before` */
    char *before;
    char *after;      /* none for a truncation */
};

struct file {
    dev_t device;
    ino_t inode;
    int fd;           /* our own, never closed: it outlives the process's and keeps the inode from being used again */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct file files[MOST_FILES];
static int file_count;
static int file_of[65536]; /* by descriptor: index into files plus one */
static struct change *changes;
static size_t change_count, change_room;
static long countdown = -1;
static uint64_t seed;
static const char *folder;

static int (*real_open)(const char *, int, ...);
static int (*real_close)(int);
static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static int (*real_ftruncate)(int, off_t);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);

__attribute__((constructor)) static void start(void) {
    real_open = dlsym(RTLD_NEXT, "open");
    real_close = dlsym(RTLD_NEXT, "close");
    real_write = dlsym(RTLD_NEXT, "write");
    real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
    real_ftruncate = dlsym(RTLD_NEXT, "ftruncate64");
    real_fsync = dlsym(RTLD_NEXT, "fsync");
    real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
    const char *after = getenv("LIAR_AFTER"), *dice = getenv("LIAR_SEED");
    folder = getenv("LIAR_FOLDER");
    countdown = after ? atol(after) : -1;
    seed = (dice ? strtoull(dice, NULL, 10) : 0) * 0x9E3779B97F4A7C15ull + 1;
}

static uint64_t dice(void) {
    seed ^= seed >> 12, seed ^= seed << 25, seed ^= seed >> 27;
    return (seed * 0x2545F4914F6CDD1Dull) >> 33;
}

static void put(int fd, const char *bytes, size_t length, off_t at) {
    for (size_t done = 0; done < length;) {
        ssize_t n = real_pwrite(fd, bytes + done, length - done, at + (off_t)done);
        if (n <= 0) _exit(98);
        done += (size_t)n;
    }
}

/* The power goes. Called with the lock held, and never lets go of it. */
static void crash(void) {
    for (size_t i = change_count; i-- > 0;) {
        struct change *c = &changes[i];
        int fd = files[c->file].fd;
        if (real_ftruncate(fd, c->size)) _exit(98);
        put(fd, c->before, c->kept, c->at);
    }
    uint64_t keep = dice() % 4; /* of four: now and then all of it is lost, now and then nearly nothing */
    for (size_t i = 0; i < change_count; i++) {
        struct change *c = &changes[i];
        int fd = files[c->file].fd;
        if (dice() % 4 >= keep) continue;
        if (c->is_truncate) {
            if (real_ftruncate(fd, c->at)) _exit(98);
        } else if (dice() % 3) {
            put(fd, c->after, c->length, c->at);
        } else { /* torn: some sectors of it */
            for (off_t from = c->at, end = c->at + (off_t)c->length; from < end;) {
                off_t to = (from / SECTOR + 1) * SECTOR;
                if (to > end) to = end;
                if (dice() % 2) put(fd, c->after + (from - c->at), (size_t)(to - from), from);
                from = to;
            }
        }
    }
    _exit(99);
}

static void tick(void) {
    if (countdown > 0 && --countdown == 0) crash();
}

static struct change *record(int file, off_t at, size_t length) {
    if (change_count == change_room) {
        change_room = change_room ? change_room * 2 : 1024;
        changes = realloc(changes, change_room * sizeof *changes);
        if (!changes) _exit(98);
    }
    struct change *c = &changes[change_count++];
    struct stat now;
    if (fstat(files[file].fd, &now)) _exit(98);
    memset(c, 0, sizeof *c);
    c->file = file, c->at = at, c->length = length, c->size = now.st_size;
    c->kept = at >= now.st_size ? 0 : (size_t)(now.st_size - at) < length ? (size_t)(now.st_size - at) : length;
    c->before = malloc(c->kept + 1);
    if (!c->before || (c->kept && pread64(files[file].fd, c->before, c->kept, at) != (ssize_t)c->kept)) _exit(98);
    return c;
}

static int tracked(int fd) {
    return fd >= 0 && fd < 65536 ? file_of[fd] - 1 : -1;
}

static int opened(int fd, const char *path) {
    size_t length = path ? strlen(path) : 0;
    if (fd < 0 || fd >= 65536 || !folder || strncmp(path, folder, strlen(folder))) return fd;
    if (length > 4 && !strcmp(path + length - 4, "-shm")) return fd;
    struct stat about;
    if (fstat(fd, &about) || !S_ISREG(about.st_mode)) return fd;
    pthread_mutex_lock(&lock);
    int i = 0;
    while (i < file_count && !(files[i].device == about.st_dev && files[i].inode == about.st_ino)) i++;
    if (i == file_count) {
        if (file_count == MOST_FILES) _exit(98);
        files[file_count++] = (struct file){about.st_dev, about.st_ino, real_open(path, O_RDWR | O_CLOEXEC)};
        if (files[i].fd < 0) _exit(98);
    }
    file_of[fd] = i + 1;
    pthread_mutex_unlock(&lock);
    return fd;
}

static int open_mode(const char *path, int flags, mode_t mode) {
    return opened(real_open(path, flags, mode), path);
}

#define OPEN(name)                                              \
    int name(const char *path, int flags, ...) {                \
        va_list rest;                                           \
        va_start(rest, flags);                                  \
        mode_t mode = flags & O_CREAT ? va_arg(rest, mode_t) : 0; \
        va_end(rest);                                           \
        return open_mode(path, flags, mode);                    \
    }
OPEN(open)
OPEN(open64)

int close(int fd) {
    if (tracked(fd) >= 0) {
        pthread_mutex_lock(&lock);
        file_of[fd] = 0;
        pthread_mutex_unlock(&lock);
    }
    return real_close(fd);
}

static ssize_t write_at(int fd, int file, const void *bytes, size_t length, off_t at) {
    pthread_mutex_lock(&lock);
    tick();
    struct change *c = record(file, at, length);
    c->after = malloc(length + 1);
    if (!c->after) _exit(98);
    memcpy(c->after, bytes, length);
    put(fd, bytes, length, at);
    pthread_mutex_unlock(&lock);
    return (ssize_t)length;
}

#define PWRITE(name)                                                        \
    ssize_t name(int fd, const void *bytes, size_t length, off_t at) {      \
        int file = tracked(fd);                                             \
        return file < 0 ? real_pwrite(fd, bytes, length, at) : write_at(fd, file, bytes, length, at); \
    }
PWRITE(pwrite)
PWRITE(pwrite64)

ssize_t write(int fd, const void *bytes, size_t length) {
    int file = tracked(fd);
    if (file < 0) return real_write(fd, bytes, length);
    off_t at = lseek(fd, 0, SEEK_CUR);
    ssize_t done = write_at(fd, file, bytes, length, at);
    lseek(fd, at + done, SEEK_SET);
    return done;
}

static int truncate_to(int fd, int file, off_t size) {
    pthread_mutex_lock(&lock);
    tick();
    struct stat now;
    if (fstat(fd, &now)) _exit(98);
    struct change *c = record(file, size, now.st_size > size ? (size_t)(now.st_size - size) : 0);
    c->is_truncate = 1;
    int answer = real_ftruncate(fd, size);
    pthread_mutex_unlock(&lock);
    return answer;
}

#define FTRUNCATE(name)                                                     \
    int name(int fd, off_t size) {                                          \
        int file = tracked(fd);                                             \
        return file < 0 ? real_ftruncate(fd, size) : truncate_to(fd, file, size); \
    }
FTRUNCATE(ftruncate)
FTRUNCATE(ftruncate64)

/* What was written to the file is on the disk from here on. */
static int settle(int file) {
    pthread_mutex_lock(&lock);
    tick();
    size_t left = 0;
    for (size_t i = 0; i < change_count; i++) {
        if (changes[i].file == file) {
            free(changes[i].before);
            free(changes[i].after);
        } else {
            changes[left++] = changes[i];
        }
    }
    change_count = left;
    pthread_mutex_unlock(&lock);
    return 0;
}

int fsync(int fd) {
    int file = tracked(fd);
    return file < 0 ? real_fsync(fd) : settle(file);
}

int fdatasync(int fd) {
    int file = tracked(fd);
    return file < 0 ? real_fdatasync(fd) : settle(file);
}
