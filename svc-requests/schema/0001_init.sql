-- The tables of requests: settings, clients, labels, requests, offers, interventions, messages, gates.
-- compatible_from: 1

CREATE TABLE distribution_settings (
	platform              VARCHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	version               BIGINT      NOT NULL,
	distribution          BOOL        NOT NULL,
	required_applications INT         NOT NULL,
	send_after_days       INT         NOT NULL,
	remind_after_days     INT         NOT NULL,
	update_us             BIGINT      NOT NULL,
	PRIMARY KEY (platform)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Personal columns are sealed; email_index is the keyed hash by which an e-mail is found.
CREATE TABLE client (
	platform    VARCHAR(30)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	id          CHAR(26)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	version     BIGINT       NOT NULL,
	first_name  VARBINARY(600)  NULL,
	last_name   VARBINARY(600)  NULL,
	email       VARBINARY(600)  NULL,
	email_index CHAR(32)     CHARACTER SET ascii COLLATE ascii_bin NULL,
	phone       VARBINARY(200)  NULL,
	street      VARBINARY(1000) NULL,
	postcode    VARCHAR(10)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	commune     VARCHAR(100) NOT NULL,
	language    VARCHAR(2)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	create_us   BIGINT       NOT NULL,
	PRIMARY KEY (platform, id),
	UNIQUE KEY client_email (platform, email_index)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- `active_title` is the title while the label is in use and NULL afterwards, so that it can be used again.
CREATE TABLE label (
	platform     VARCHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	id           CHAR(26)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	version      BIGINT      NOT NULL,
	title        VARCHAR(50) NOT NULL,
	active_title VARCHAR(50) NULL,
	color        VARCHAR(7)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	state        TINYINT     NOT NULL,
	create_us    BIGINT      NOT NULL,
	PRIMARY KEY (platform, id),
	UNIQUE KEY label_title (platform, active_title)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE service_request (
	platform              VARCHAR(30)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	id                    CHAR(26)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	version               BIGINT       NOT NULL,
	client                CHAR(26)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	item                  VARCHAR(30)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	item_title            VARCHAR(200) NOT NULL,
	price_policy          TINYINT      NOT NULL,
	price_minor           BIGINT       NULL,
	price_currency        CHAR(3)      CHARACTER SET ascii COLLATE ascii_bin NULL,
	vat_basis_points      INT          NOT NULL,
	postcode              VARCHAR(10)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	commune               VARCHAR(100) NOT NULL,
	street                VARBINARY(1000)  NULL,
	note                  VARBINARY(9000) NULL,
	start_us              BIGINT       NOT NULL,
	end_us                BIGINT       NOT NULL,
	billing_method        TINYINT      NOT NULL,
	origin                TINYINT      NOT NULL,
	status                TINYINT      NOT NULL,
	fulfilment            TINYINT      NOT NULL,
	required_applications INT          NOT NULL,
	offer_count           INT          NOT NULL,
	application_count     INT          NOT NULL,
	refusal_count         INT          NOT NULL,
	provider              CHAR(26)     CHARACTER SET ascii COLLATE ascii_bin NULL,
	distribution          BOOL         NOT NULL,
	distributing          BOOL         NOT NULL,
	distribute_us         BIGINT       NULL,
	create_us             BIGINT       NOT NULL,
	PRIMARY KEY (platform, id),
	KEY request_by_start (platform, start_us, id),
	KEY request_by_status (platform, status, id),
	KEY request_by_status_start (platform, status, start_us, id),
	KEY request_by_fulfilment (platform, fulfilment, id),
	KEY request_by_fulfilment_start (platform, fulfilment, start_us, id),
	KEY request_by_client (platform, client, id),
	KEY request_by_client_start (platform, client, start_us, id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- start_us and end_us repeat the request's, so that clashing applications of a provider are found.
CREATE TABLE offer (
	platform  VARCHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	request   CHAR(26)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	provider  CHAR(26)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	version   BIGINT      NOT NULL,
	state     TINYINT     NOT NULL,
	start_us  BIGINT      NOT NULL,
	end_us    BIGINT      NOT NULL,
	apply_us  BIGINT      NULL,
	create_us BIGINT      NOT NULL,
	PRIMARY KEY (platform, request, provider),
	KEY offer_by_provider (platform, provider, request),
	KEY offer_by_state (platform, provider, state, request)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE intervention (
	platform  VARCHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	id        CHAR(26)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	version   BIGINT      NOT NULL,
	request   CHAR(26)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	provider  CHAR(26)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	client    CHAR(26)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	state     TINYINT     NOT NULL,
	start_us  BIGINT      NOT NULL,
	end_us    BIGINT      NOT NULL,
	postcode  VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	commune   VARCHAR(100) NOT NULL,
	street            VARBINARY(1000) NULL,
	client_first_name VARBINARY(600)  NULL,
	client_last_name  VARBINARY(600)  NULL,
	client_phone      VARBINARY(200)  NULL,
	client_email      VARBINARY(600)  NULL,
	note              VARBINARY(9000) NULL,
	create_us BIGINT      NOT NULL,
	PRIMARY KEY (platform, id),
	KEY intervention_by_provider (platform, provider, start_us, id),
	KEY intervention_by_start (platform, start_us, id),
	KEY intervention_by_client (platform, client, start_us, id),
	KEY intervention_by_request (platform, request)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE message (
	platform  VARCHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	request   CHAR(26)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	id        CHAR(26)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	version   BIGINT      NOT NULL,
	client    CHAR(26)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	author    VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	text      MEDIUMBLOB  NULL,
	create_us BIGINT      NOT NULL,
	PRIMARY KEY (platform, request, id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- The lock of a provider's assignments (X7, P9), and the least versions accepted of its statements (X5).
CREATE TABLE provider_gate (
	platform             VARCHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	provider             CHAR(26)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	entitlement_version  BIGINT      NOT NULL,
	standing_version     BIGINT      NOT NULL,
	closed               BOOL        NOT NULL,
	closed_version       BIGINT      NOT NULL,
	PRIMARY KEY (platform, provider)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
