#include "env_reserve.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "private.h"

static bool is_whole(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && (long long)st.st_blocks * 512 >= ENV_RESERVE;
}

bool env_reserve_keep(int dir_fd)
{
	bool kept;
	int fd;

	if (private_open(dir_fd, "reserve", O_RDWR | O_CREAT, &fd) != 0)
		return false;
	kept = is_whole(fd) || fallocate(fd, 0, 0, ENV_RESERVE) == 0;
	/* Where the file system cannot set room aside there is none. Half of it is none either. */
	if (!kept && ftruncate(fd, 0) != 0)
		unlinkat(dir_fd, "reserve", 0);
	close(fd);
	return kept;
}

bool env_reserve_give(int dir_fd)
{
	bool given;
	int fd;

	if (private_open(dir_fd, "reserve", O_RDWR, &fd) != 0)
		return false;
	given = is_whole(fd) && ftruncate(fd, 0) == 0;
	close(fd);
	return given;
}
