#include "exit_code.h"

#include <errno.h>
#include <string.h>

#include <daos_errno.h>

#include "error.h"

enum exit_code exit_code_of_der(int der)
{
	switch (-der) {
	case DER_SUCCESS:
		return EXIT_DONE;
	case DER_NO_PERM:
	case DER_OP_NOT_PERMITTED:
		return EXIT_NO_RIGHT;
	case DER_INVAL:
	case DER_DF_INVAL:
	case DER_DF_INCOMPT:
	case DER_NOTSUPPORTED:
		return EXIT_WRONG_USE;
	case DER_EXIST:
		return EXIT_MOUNTED;
	case DER_NONEXIST:
	case DER_CONT_NONEXIST:
	case DER_ENOENT:
		return EXIT_NOT_FOUND;
	case DER_NOMEM:
		return EXIT_NO_MEMORY;
	case DER_BUSY:
		return EXIT_BUSY;
	default:
		return EXIT_OTHER;
	}
}

enum exit_code exit_code_of_errno(int err)
{
	return exit_code_of_der(der_from_errno(err));
}

const char *reason_of_der(int der)
{
	static const struct {
		int der;
		const char *text;
	} reason[] = {
	    {DER_NONEXIST, "not found"},
	    {DER_CONT_NONEXIST, "not found"},
	    {DER_NO_PERM, "no permission"},
	    {DER_DF_INVAL, "damaged superblock"},
	    {DER_DF_INCOMPT, "written in a newer format than this version knows"},
	    {DER_INVAL, "not a valid name"},
	    {DER_UNREACH, "the system does not answer"},
	    {DER_BUSY, "busy"},
	};

	for (size_t i = 0; i < sizeof(reason) / sizeof(reason[0]); i++)
		if (reason[i].der == -der)
			return reason[i].text;
	return der_to_errno(der) == EIO ? d_errdesc(der) : strerror(der_to_errno(der));
}
