"""Whom a portal vouches for: a user token (JWT) that the portal signed."""

from parkbot.errors import BadSettings, Unauthenticated
from parkbot.settings import Settings

_SHORTEST_SECRET = 32
_LONGEST_USER = 200
_NO_RSA_KEY = "PARKBOT_JWT_KEY is no RSA public key in PEM, which RS256 needs"


class Users:
    """Reads user tokens with the key in the settings.

    Raises:
        BadSettings: the key cannot be one of its algorithm.
    """

    def __init__(self, settings: Settings) -> None:
        self._key = settings.jwt_key.get_secret_value() if settings.jwt_key else None
        self._algorithm = settings.jwt_algorithm
        self._audience = settings.jwt_audience
        if self._key is not None:
            _check(self._key, self._algorithm)

    def named_by(self, token: str) -> str:
        """The user (`sub`) that a token names.

        Raises:
            Unauthenticated: the token is not the portal's, is over, or names nobody.
        """
        import jwt

        if self._key is None:
            raise Unauthenticated("this server has no PARKBOT_JWT_KEY by which to know user tokens")
        try:
            claims = jwt.decode(
                token,
                self._key,
                algorithms=[self._algorithm],
                audience=self._audience,
                # A token for somebody else's service is none for us, unless nobody said who we are.
                options={"require": ["exp", "sub"], "verify_aud": self._audience is not None},
            )
        except jwt.PyJWTError as error:
            raise Unauthenticated(f"the user token cannot be used: {error}") from error
        user = claims["sub"]
        if not user.strip() or not user.isprintable() or len(user) > _LONGEST_USER:
            raise Unauthenticated("the user token names nobody")
        return str(user)


def _check(key: str, algorithm: str) -> None:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    if algorithm == "HS256":
        if key.lstrip().startswith("-----BEGIN"):
            raise BadSettings("PARKBOT_JWT_KEY is in PEM; for a public key set PARKBOT_JWT_ALGORITHM=RS256")
        if len(key.encode()) < _SHORTEST_SECRET:
            raise BadSettings(f"PARKBOT_JWT_KEY is too short; HS256 needs {_SHORTEST_SECRET} bytes")
        return
    try:
        loaded = load_pem_public_key(key.encode())
    except (ValueError, UnsupportedAlgorithm) as error:
        raise BadSettings(_NO_RSA_KEY) from error
    if not isinstance(loaded, RSAPublicKey):
        raise BadSettings(_NO_RSA_KEY)
