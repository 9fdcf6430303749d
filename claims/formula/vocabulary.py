r"""Vocabulary: which commands and words are functions, letters, signs; which letters are what."""

from __future__ import annotations

GREEK = frozenset(
    ["alpha", "beta", "gamma", "delta", "epsilon", "varepsilon", "zeta", "eta", "theta", "vartheta", "iota",
     "kappa", "lambda", "mu", "nu", "xi", "pi", "rho", "varrho", "sigma", "varsigma", "tau", "upsilon", "phi",
     "varphi", "chi", "psi", "omega", "Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Upsilon",
     "Phi", "Psi", "Omega", "ell"]
)  # fmt: skip

# A function with a name of its own. What each is worth is in `function`.
NAMED = (
    "sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh", "tanh", "coth", "exp", "log", "ln", "det", "arcsin",
    "arccos", "arctan", "tr", "softmax", "sigmoid", "ReLU", "GELU", "erf", "sign", "diag", "Im", "Re",
)  # fmt: skip
FUNCTIONS = {
    **{name: name for name in NAMED},
    "Tr": "tr", "trace": "tr", "relu": "ReLU", "gelu": "GELU", "sgn": "sign", "Diag": "diag",
    "ReLu": "ReLU", "Softmax": "softmax", "asin": "arcsin", "acos": "arccos", "atan": "arctan",
}  # fmt: skip
INVERSES = {"sin": "arcsin", "cos": "arccos", "tan": "arctan"}

# Words between statements: those that begin a condition, and those that only join.
CONDITIONAL = frozenset(
    ["if", "for", "when", "where", "with", "as", "provided", "provided that", "for all", "at",
     "whenever", "for every", "for small", "so that", "such that", "given"]
)  # fmt: skip
JOINING = frozenset(["and", "or", "so", "then", "hence", "while", "but", "thus"])
OTHERWISE = frozenset(["otherwise", "else", "elsewhere"])

SIGNS = {
    "=": "=", "<": "<", ">": ">", "approx": "≈", "simeq": "≈", "le": "≤", "ge": "≥", "ne": "≠",
    "to": "→", "in": "∈", "lt": "<", "gt": ">",
}  # fmt: skip
UNREADABLE = {
    "leftarrow": "an update arrow claims nothing that can be checked",
    "mapsto": "a map is not a claim: write f(x) = …",
    "propto": "proportional to: write the factor",
    "sim": "“behaves like” is not checked: write ≈ or = … + O(…)",
    "ll": "“much less” is not checked",
    "gg": "“much greater” is not checked",
    "pm": "± says two things at once: write both",
    "mp": "∓ says two things at once: write both",
    "arg": "arg min is pure notation: write \\operatorname{argmin}_x f(x)",
    "inf": "an infimum is not checked",
    "sup": "a supremum is not checked",
    "forall": "write the condition behind “for”",
    "exists": "existence is not checked",
    "otimes": "a tensor product is not checked",
    "oint": "a contour integral is not checked",
    "iint": "a double integral is not checked",
    "tag": "a tag is not mathematics",
}

# Letters that stand for functions wherever a parenthesis follows …
FUNCTION_LETTERS = frozenset(
    [
        "f",
        "g",
        "F",
        "G",
        "\\phi",
        "\\varphi",
        "\\psi",
        "\\sigma",
        "\\Phi",
        "L",
        "\\mathcal{L}",
        "\\ell",
    ]
)
# … and those that are functions beside a prime: v in (uv)' = u'v + uv' is no constant.
COMPANIONS = frozenset(["f", "g", "u", "v", "p", "q", "F", "G", "\\phi", "\\psi", "\\varphi"])
# … and those that do so if the parenthesis holds nothing but names.
COST_LETTERS = frozenset(["J", "C", "E", "H", "R", "\\mathcal{J}"])
# Letters that count places when they are subscripts.
INDEX_LETTERS = frozenset("ijklmnpqrstNMKDTLd")
# Capitals that are scalars even among matrices.
SCALAR_CAPITALS = frozenset(["L", "N", "C", "E", "T", "F", "K", "\\mathcal{L}", "O"])
# Variables that a table of derivatives is about, the likeliest first.
VARIABLES = ("x", "z", "t", "u", "w", "\\mathbf{w}", "\\theta", "y")
