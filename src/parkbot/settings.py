"""Settings, read from `PARKBOT_*` environment variables; an unknown one is an error."""

import ipaddress
import os
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from parkbot.errors import BadSettings

PREFIX = "PARKBOT_"


class Settings(BaseSettings):
    """All that an operator can set. Build one with `load`, pass it on; there is no global."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    data_dir: Path = Field(Path("data"), description="Folder of the library and its indexes.")
    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8080, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    embedding_model: str = Field(
        "builtin", description="`builtin`, `e5`, or a sentence-transformers model name or folder."
    )
    embedding_dtype: Literal["float32", "bfloat16"] = Field(
        "float32", description="Precision of a sentence-transformers model; bfloat16 where the CPU has it."
    )
    embedding_dimensions: int | None = Field(
        None, ge=1, description="Keep only so many dimensions of a sentence-transformers model made for it."
    )
    embedding_batch_size: int = Field(32, ge=1, description="Passages embedded in one call.")
    reranker_model: str | None = Field(
        None, description="Cross-encoder that reranks the best hits: a hub name or folder; unset: none."
    )
    reranker_size: int = Field(20, ge=2, le=100, description="How many of the best hits it reranks.")
    jwt_key: SecretStr | None = Field(
        None, description="Secret (HS256) or public key in PEM (RS256) that checks a portal's user tokens."
    )
    jwt_algorithm: Literal["HS256", "RS256"] = Field("HS256", description="How user tokens are signed.")
    jwt_audience: str | None = Field(None, description="The `aud` that user tokens must have.")
    database_url: str | None = Field(
        None, description="`postgresql://user@host/name`; default: SQLite in the data folder."
    )
    chroma_url: str | None = Field(
        None, description="Address of a Chroma server (`chroma run`); default: Chroma in the data folder."
    )
    workers: int = Field(
        1, ge=1, description="Processes that answer; more than 1 need PostgreSQL and a Chroma server."
    )
    bundled_knowledge: bool = Field(True, description="Index the policy documents that ship with ParkBot.")
    evidence_size: int = Field(20, ge=1, le=200, description="Measures looked at for an answer.")
    max_question_length: int = Field(2000, ge=1, description="Longest question, in characters.")
    retention_days: int = Field(
        180, ge=0, description="Days after its last turn a conversation is deleted; 0 keeps all."
    )
    max_file_bytes: int = Field(100_000_000, ge=1, description="Largest file that is read.")
    llm_model: str | None = Field(None, description="Chat model; unset: quotes only.")
    llm_base_url: str | None = Field(None, description="Address of an OpenAI-compatible server.")
    llm_api_key: SecretStr | None = Field(None, description="Key for that server.")
    llm_provider: str = Field(
        "openai",
        description="Provider as LangChain names it; all but `openai` need their LangChain package.",
    )
    llm_timeout: float = Field(
        60.0, gt=0, description="Seconds for all the chat model's work on an answer; then quotes are shown."
    )
    llm_retries: int = Field(
        2, ge=0, le=10, description="Times a failed request is sent again, later and later."
    )
    llm_temperature: float = Field(0.0, ge=0, le=2, description="0: the same answer to the same question.")
    llm_evidence_tokens: int = Field(
        2000, ge=100, description="Length of the measures given to the chat model, in tokens, about."
    )
    llm_max_output_tokens: int = Field(800, ge=50, description="Longest text that the chat model may write.")
    llm_one_at_a_time: bool = Field(
        False,
        description="Ask about one measure at a time, and only for the sentence that answers, word for word: "
        "for small models (1 to 2 billion parameters).",
    )
    llm_judge: bool = Field(
        False, description="Ask the chat model about each checked sentence once more: slower, stricter."
    )

    request_timeout: float = Field(
        300.0, gt=0, description="Seconds within which a request must have come in whole, files included."
    )
    log_format: Literal["text", "json"] = Field("text", description="How log lines are written.")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "warning", description="`info` tells of each request and answer."
    )
    log_questions: bool = Field(False, description="Whether the log holds the questions; they are personal.")
    root_path: str = Field(
        "",
        pattern=r"^(/[A-Za-z0-9._~-]+)*$",
        description="Path under which a reverse proxy shows ParkBot, and which it takes away: `/parkbot`.",
    )
    forwarded_allow_ips: str = Field(
        "127.0.0.1", description="Addresses of reverse proxies whose X-Forwarded-* headers are believed."
    )

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach the address to listen on."""
        try:
            return self.host == "localhost" or ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False


def load(**overrides: object) -> Settings:
    """Settings from the environment, with what the command line gave on top (None: not given).

    Raises:
        BadSettings: a `PARKBOT_*` variable is unknown, or a value is impossible.
    """
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    unknown = sorted(name for name in os.environ if name.startswith(PREFIX) and name not in known)
    if unknown:
        raise BadSettings(f"unknown setting {', '.join(unknown)}; known are {', '.join(sorted(known))}")
    try:
        return Settings(**{name: value for name, value in overrides.items() if value is not None})  # type: ignore[arg-type]  # pydantic checks the values
    except ValidationError as error:
        first = error.errors()[0]
        name = PREFIX + str(first["loc"][0]).upper()
        raise BadSettings(f"{name}: {first['msg']}") from error
