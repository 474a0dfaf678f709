"""Names of functions that the application defines: none that C or the generated code has."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from microflow.diag import Diagnostic, Diagnostics, Label, Rule
from microflow.dsl.values import Given

TAKEN = Rule(
    "MF2044",
    "taken-function-name",
    """
A function of that name is there already

The function that a `custom` block names is linked into the firmware, so its name must be free: not
`main`, nor a name of the C standard library such as `malloc` or `sin`, nor one that the generated C
uses. The latter are `arena`, `state`, `stream`, `base`, whatever begins with `rows_` or
`selftest_`, or with `tensor_`, `initial_` or `subgraph_` and a number; and, behind the prefix of a
model, the names of its own functions such as `wake_run` or `wake_input_mfcc`. Where models are run
on this computer, that prefix is `model`.

```mflow
custom log      { operator = "Log"; header = "log.h" }       # wrong: a function of <math.h>
custom wake_run { operator = "Run"; header = "run.h" }       # wrong beside `model wake`
custom wake_log { operator = "Log"; header = "log.h" }       # right
```

Rename the function, in the manifest and in your C.
""",
)

_LIBRARY = frozenset(
    re.findall(
        r"\w+",
        """
    main abort abs atexit atof atoi atol atoll bsearch calloc div exit free getenv labs ldiv llabs
    lldiv malloc mblen mbstowcs mbtowc qsort rand realloc srand strtod strtof strtol strtold strtoll
    strtoul strtoull system wcstombs wctomb isalnum isalpha isblank iscntrl isdigit isgraph islower
    isprint ispunct isspace isupper isxdigit tolower toupper memchr strcat strchr strcmp strcoll
    strcpy strcspn strerror strlen strncat strncmp strncpy strpbrk strrchr strspn strstr strtok
    strxfrm clearerr fclose feof ferror fflush fgetc fgetpos fgets fopen fprintf fputc fputs fread
    freopen fscanf fseek fsetpos ftell fwrite getc getchar gets perror printf putc putchar puts
    remove rename rewind scanf setbuf setvbuf snprintf sprintf sscanf tmpfile tmpnam ungetc vfprintf
    vfscanf vprintf vscanf vsnprintf vsprintf vsscanf asctime clock ctime difftime gmtime localtime
    mktime strftime time raise signal longjmp setjmp isfinite isinf isnan isnormal signbit
    fpclassify isgreater isless islessgreater isunordered
    """,
    )
)
_MATHEMATICS = (  # each of them for double, float and long double
    "acos acosh asin asinh atan atan2 atanh cbrt ceil copysign cos cosh erf erfc exp exp2 expm1 "
    "fabs fdim floor fma fmax fmin fmod frexp hypot ilogb j0 j1 jn ldexp lgamma llrint llround log "
    "log10 log1p log2 logb lrint lround modf nan nearbyint nextafter nexttoward pow remainder "
    "remquo rint round scalbln scalbn sin sinh sqrt tan tanh tgamma trunc y0 y1 yn"
)
_OF_C = _LIBRARY | {name + kind for name in _MATHEMATICS.split() for kind in ("", "f", "l")}
_OF_THE_UNIT = re.compile(
    r"arena|state|stream|base|(rows|selftest)_\w+|(tensor|initial|subgraph)_\d\w*"
)
_OF_A_MODEL = re.compile(
    r"run|infer|predict|reset|selftest|status|(set|resume)_arena|(input|output|push|convert|decode)_\w+"
)
_HERE = "model"  # the prefix of models that are run on this computer


def check_functions(
    functions: Iterable[Given[str]], prefixes: Mapping[str, Given[str]]
) -> Diagnostics:
    """Returns a finding for each name that is taken; `prefixes` are those of models in C."""
    return tuple(d for name in functions for d in _check(name, prefixes))


def _check(name: Given[str], prefixes: Mapping[str, Given[str]]) -> Diagnostics:
    text = name.value
    if text in _OF_C:
        return (_taken(name, f"`{text}` is a function of C's own"),)
    if _OF_THE_UNIT.fullmatch(text) or _begins(_HERE, text):
        return (_taken(name, f"`{text}` is a name that the generated C uses"),)
    for prefix, model in prefixes.items():
        if _begins(prefix, text):
            label = Label(model.span, f"model `{model.value}`")
            return (_taken(name, f"`{text}` is a name for functions of a model", label),)
    return ()


def _begins(prefix: str, text: str) -> bool:
    """Tells whether `text` is a name of the model that has this prefix."""
    return text.startswith(f"{prefix}_") and bool(_OF_A_MODEL.fullmatch(text[len(prefix) + 1 :]))


def _taken(name: Given[str], why: str, *labels: Label) -> Diagnostic:
    remedy = f"rename the function, for example to `my_{name.value}`"
    return Diagnostic(TAKEN, f"{why}, and can't name yours", remedy, name.span, labels)
