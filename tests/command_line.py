"""Running the command line in a test, and what a failure of it looks like."""

from contin.cli import main


def runner(capsys, *first):
    """Run `contin`, its words after the `first` ones; give the exit code, stdout and stderr."""

    def run_words(*words):
        code = main([*first, *(str(word) for word in words)])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run_words


def fails(result, *words):
    """Exit code 1, nothing on stdout, and at the end of stderr a line with these words; no traceback."""
    code, out, err = result
    assert (code, out) == (1, "")
    assert "Traceback" not in err
    message = err.splitlines()[-1]
    assert message.startswith("contin: ") and all(word in message for word in words), err
    return True
