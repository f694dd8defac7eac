-- The tables of svc-providers. Keys begin with the platform; personal columns are sealed.
-- compatible_from: 1

CREATE TABLE platform (
	platform      VARCHAR(30)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	display_name  VARCHAR(200) NOT NULL,
	edition       TINYINT      NOT NULL,
	time_zone     VARCHAR(50)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	currency      CHAR(3)      CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	first_manager CHAR(26)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	version       BIGINT       NOT NULL,
	create_us     BIGINT       NOT NULL,
	update_us     BIGINT       NOT NULL,
	PRIMARY KEY (platform)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- A module that the operator allows, and whether it is on.
CREATE TABLE platform_module (
	platform  VARCHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	module    TINYINT     NOT NULL,
	is_on     TINYINT     NOT NULL,
	PRIMARY KEY (platform, module)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE platform_language (
	platform VARCHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	position INT         NOT NULL,
	language CHAR(2)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	PRIMARY KEY (platform, position)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE staff (
	platform     VARCHAR(30)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	id           CHAR(26)       CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	display_name VARBINARY(600) NOT NULL,
	email        VARBINARY(400) NOT NULL,
	email_index  CHAR(32)       CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	role         TINYINT        NOT NULL,
	language     VARCHAR(2)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	version      BIGINT         NOT NULL,
	create_us    BIGINT         NOT NULL,
	PRIMARY KEY (platform, id),
	UNIQUE KEY staff_email (platform, email_index),
	KEY staff_role (platform, role, id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE item (
	platform         VARCHAR(30)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	id               VARCHAR(30)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	display_name     VARCHAR(200) NOT NULL,
	kind             TINYINT      NOT NULL,
	price_policy     TINYINT      NOT NULL,
	vat_bp           INT          NOT NULL,
	duration_minutes INT          NOT NULL,
	deposit_minor    BIGINT       NULL,
	deposit_currency CHAR(3)      CHARACTER SET ascii COLLATE ascii_bin NULL,
	version          BIGINT       NOT NULL,
	create_us        BIGINT       NOT NULL,
	update_us        BIGINT       NOT NULL,
	PRIMARY KEY (platform, id),
	KEY item_kind (platform, kind, id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE item_zone (
	platform       VARCHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	item           VARCHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	prefix         VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	price_minor    BIGINT      NOT NULL,
	price_currency CHAR(3)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	PRIMARY KEY (platform, item, prefix)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE terms (
	platform  VARCHAR(30)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	number    INT          NOT NULL,
	title     VARCHAR(400) NOT NULL,
	body      MEDIUMTEXT   NOT NULL,
	version   BIGINT       NOT NULL,
	create_us BIGINT       NOT NULL,
	PRIMARY KEY (platform, number)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE sign_up_token (
	platform  VARCHAR(30)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	id        CHAR(26)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	title     VARCHAR(200) NOT NULL,
	state     TINYINT      NOT NULL,
	version   BIGINT       NOT NULL,
	create_us BIGINT       NOT NULL,
	expire_us BIGINT       NOT NULL,
	PRIMARY KEY (platform, id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE provider (
	platform        VARCHAR(30)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	id              CHAR(26)        CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	kind            TINYINT         NOT NULL,
	company         VARBINARY(1000) NOT NULL,
	first_name      VARBINARY(600)  NOT NULL,
	last_name       VARBINARY(600)  NOT NULL,
	email           VARBINARY(400)  NOT NULL,
	email_index     CHAR(32)        CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	phone           VARBINARY(100)  NOT NULL,
	presentation    BLOB            NOT NULL,
	language        VARCHAR(2)      CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	relation        TINYINT         NOT NULL,
	accepted_terms  INT             NULL,
	accept_terms_us BIGINT          NULL,
	refusal         VARBINARY(2100) NOT NULL,
	version         BIGINT          NOT NULL,
	create_us       BIGINT          NOT NULL,
	update_us       BIGINT          NOT NULL,
	PRIMARY KEY (platform, id),
	UNIQUE KEY provider_email (platform, email_index),
	KEY provider_relation (platform, relation, id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- The last deactivation of a provider: how it stood before, and its version when that began (P9).
CREATE TABLE closing (
	platform VARCHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	provider CHAR(26)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	former   TINYINT     NOT NULL,
	version  BIGINT      NOT NULL,
	PRIMARY KEY (platform, provider)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- What was open when that deactivation was refused.
CREATE TABLE open_work (
	platform VARCHAR(30)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	provider CHAR(26)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	position INT          NOT NULL,
	name     VARCHAR(200) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	PRIMARY KEY (platform, provider, position)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- A provider's own postcodes and prefixes (is_excluded 0), and those the platform excludes (1).
CREATE TABLE provider_zone (
	platform    VARCHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	provider    CHAR(26)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	is_excluded TINYINT     NOT NULL,
	prefix      VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	PRIMARY KEY (platform, provider, is_excluded, prefix),
	KEY zone_match (platform, is_excluded, prefix, provider)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE qualification (
	platform  VARCHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	provider  CHAR(26)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	item      VARCHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	state     TINYINT     NOT NULL,
	version   BIGINT      NOT NULL,
	update_us BIGINT      NOT NULL,
	PRIMARY KEY (platform, provider, item),
	KEY qualification_match (platform, item, state, provider)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- One row per person and cause: what was put on its way once is never sent for that cause again.
CREATE TABLE notice (
	platform  VARCHAR(30)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	recipient VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	cause     CHAR(32)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	template  VARCHAR(40)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	create_us BIGINT       NOT NULL,
	PRIMARY KEY (platform, recipient, cause)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
