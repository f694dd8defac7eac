-- Provider subscriptions: settings, prices, accounts, subscriptions, payments, the journal.
-- compatible_from: 1

CREATE TABLE subscription_settings (
	platform                     VARCHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	version                      BIGINT  NOT NULL,
	enabled                      TINYINT NOT NULL,
	enforced_from_us             BIGINT  NULL,
	require_card_at_signup       TINYINT NOT NULL,
	apply_new_prices_to_existing TINYINT NOT NULL,
	grace_days                   INT     NOT NULL,
	price_notice_days            INT     NOT NULL,
	vat_bp                       INT     NOT NULL,
	update_us                    BIGINT  NOT NULL,
	PRIMARY KEY (platform)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Versions; a row is never changed.
CREATE TABLE plan_price (
	platform      VARCHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	id            CHAR(26)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	version       BIGINT      NOT NULL,
	monthly_minor BIGINT      NOT NULL,
	yearly_minor  BIGINT      NOT NULL,
	currency      CHAR(3)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	effective_us  BIGINT      NOT NULL,
	create_us     BIGINT      NOT NULL,
	PRIMARY KEY (platform, id),
	KEY plan_price_effective (platform, effective_us, id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE payment_key (
	platform        VARCHAR(30)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	version         BIGINT         NOT NULL,
	mode            TINYINT        NOT NULL,
	last_characters CHAR(4)        CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	sealed_key      VARBINARY(300) NOT NULL,
	update_us       BIGINT         NOT NULL,
	PRIMARY KEY (platform)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- One row per provider that billing has heard of, made when first needed. Every mutation that
-- concerns the provider begins by raising its version: that locks the row and orders them.
CREATE TABLE billing_account (
	platform    VARCHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	provider    CHAR(26)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	version     BIGINT      NOT NULL,
	customer_id VARCHAR(50) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	mandate_id  VARCHAR(50) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	create_us   BIGINT      NOT NULL,
	PRIMARY KEY (platform, provider)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- The id is the provider's. An exemption that was ended keeps its row and may be made anew.
CREATE TABLE exemption (
	platform  VARCHAR(30)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	id        CHAR(26)        CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	version   BIGINT          NOT NULL,
	note      VARBINARY(2100) NOT NULL,
	create_us BIGINT          NOT NULL,
	end_us    BIGINT          NULL,
	PRIMARY KEY (platform, id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- `live` is 1 in the states PENDING, ACTIVE and UNPAID and NULL otherwise: at most one per provider.
CREATE TABLE subscription (
	platform        VARCHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	id              CHAR(26)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	version         BIGINT      NOT NULL,
	provider        CHAR(26)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	period_interval TINYINT     NOT NULL,
	state           TINYINT     NOT NULL,
	live            TINYINT     GENERATED ALWAYS AS (CASE WHEN state IN (1, 2, 3) THEN 1 END) STORED,
	plan_price      CHAR(26)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	period_start_us BIGINT      NULL,
	period_end_us   BIGINT      NULL,
	payment         CHAR(26)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	create_us       BIGINT      NOT NULL,
	update_us       BIGINT      NOT NULL,
	PRIMARY KEY (platform, id),
	UNIQUE KEY subscription_live (platform, provider, live),
	KEY subscription_provider (platform, provider, id),
	KEY subscription_state (platform, state, id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- What was paid for, once per period; a row is never changed.
CREATE TABLE subscription_period (
	platform     VARCHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	subscription CHAR(26)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	start_us     BIGINT      NOT NULL,
	version      BIGINT      NOT NULL,
	end_us       BIGINT      NOT NULL,
	anchor_day   TINYINT     NOT NULL,
	payment      CHAR(26)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	create_us    BIGINT      NOT NULL,
	PRIMARY KEY (platform, subscription, start_us)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE payment (
	platform     VARCHAR(30)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	id           CHAR(26)      CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	version      BIGINT        NOT NULL,
	subscription CHAR(26)      CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	provider     CHAR(26)      CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	sequence     TINYINT       NOT NULL,
	state        TINYINT       NOT NULL,
	amount_minor BIGINT        NOT NULL,
	vat_minor    BIGINT        NOT NULL,
	currency     CHAR(3)       CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	vat_bp       INT           NOT NULL,
	checkout_url VARCHAR(2000) NOT NULL,
	external_id  VARCHAR(50)   CHARACTER SET ascii COLLATE ascii_bin NULL,
	failure      VARCHAR(500)  NOT NULL,
	create_us    BIGINT        NOT NULL,
	pay_us       BIGINT        NULL,
	PRIMARY KEY (platform, id),
	UNIQUE KEY payment_external (platform, external_id),
	KEY payment_subscription (platform, subscription, id),
	KEY payment_provider (platform, provider, id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- News of a payment: how often there was some, and up to which it was fetched. Apart from the
-- payment, whose version only what can be seen of it raises.
CREATE TABLE payment_news (
	platform VARCHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	payment  CHAR(26)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	wanted   BIGINT      NOT NULL,
	fetched  BIGINT      NOT NULL,
	PRIMARY KEY (platform, payment)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Append-only. A CHARGE has a period and no payment, a PAYMENT a payment and no period: each once.
CREATE TABLE journal_entry (
	platform        VARCHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	id              CHAR(26)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	version         BIGINT      NOT NULL,
	kind            TINYINT     NOT NULL,
	subscription    CHAR(26)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	payment         CHAR(26)    CHARACTER SET ascii COLLATE ascii_bin NULL,
	period_start_us BIGINT      NULL,
	period_end_us   BIGINT      NULL,
	create_us       BIGINT      NOT NULL,
	PRIMARY KEY (platform, id),
	UNIQUE KEY journal_charge (platform, subscription, period_start_us),
	UNIQUE KEY journal_payment (platform, payment),
	KEY journal_subscription (platform, subscription, id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE journal_line (
	platform     VARCHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	entry        CHAR(26)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	account      TINYINT     NOT NULL,
	amount_minor BIGINT      NOT NULL,
	currency     CHAR(3)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	PRIMARY KEY (platform, entry, account)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
