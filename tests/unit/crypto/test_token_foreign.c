/* SPDX-License-Identifier: Apache-2.0 */
/* Tokens that another implementation made, right and wrong, each with its verdict. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "crypto/token.h"
#include "crypto/token_key.h"

static const int64_t now_us = INT64_C(1900000000) * 1000000;

/* The key pair of RFC 8037 A.1; the public half. */
static const char rfc_public[] =
    "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"rfc8037\",\"iss\":\"callers\","
    "\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}]}";

static const struct {
	const char *name;
	const char *token;
	enum token_result result;
} foreign[] = {
    /* Made with another implementation of Ed25519 and the key of RFC 8037. */
    {"a plain token",
     "eyJhbGciOiJFZERTQSIsImtpZCI6InJmYzgwMzcifQ.eyJpc3MiOiJjYWxsZXJzIiwiYXVkIjoiZW50c"
     "mVtaXNlIiwiZXhwIjoyMDAwMDAwMDAwfQ.qe85YqQZuifrlLce95WgEng7tg_hDxSHXJNr2znskWUw7U"
     "HVmHYjyFbwsNwlrJbernz_YD7Sd51UV9dpcqW0Cw",
     TOKEN_OK},
    {"the vector of RFC 8037 A.4, which names no key",
     "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1P"
     "POt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg",
     TOKEN_MALFORMED},
    {"algorithm none without signature",
     "eyJhbGciOiJub25lIiwia2lkIjoicmZjODAzNyJ9.eyJpc3MiOiJjYWxsZXJzIiwiYXVkIjoiZW50cmV"
     "taXNlIiwiZXhwIjoyMDAwMDAwMDAwfQ.",
     TOKEN_MALFORMED},
    {"algorithm none with a signature",
     "eyJhbGciOiJub25lIiwia2lkIjoicmZjODAzNyJ9.eyJpc3MiOiJjYWxsZXJzIiwiYXVkIjoiZW50cmV"
     "taXNlIiwiZXhwIjoyMDAwMDAwMDAwfQ.RHwYoAzE6x79YmNe6926h0DqlIi9-igiZY1llzl3TXLPUkww"
     "kbnB0ltXIqGjjHgUhxEkiIezXccLM6v6pHxGCQ",
     TOKEN_WRONG_ALGORITHM},
    {"algorithm HS256 with the signature's length of EdDSA",
     "eyJhbGciOiJIUzI1NiIsImtpZCI6InJmYzgwMzcifQ.eyJpc3MiOiJjYWxsZXJzIiwiYXVkIjoiZW50c"
     "mVtaXNlIiwiZXhwIjoyMDAwMDAwMDAwfQ.e3xXcxrNr4mHmBSiAxk-cbC4psQpdsh9IuFQgfk0RRUpeV"
     "jeMbciR8sK85olLWUMA8lryyA3_5N03sttUeVWBQ",
     TOKEN_WRONG_ALGORITHM},
    {"algorithm HS256 keyed with the public key",
     "eyJhbGciOiJIUzI1NiIsImtpZCI6InJmYzgwMzcifQ.eyJpc3MiOiJjYWxsZXJzIiwiYXVkIjoiZW50c"
     "mVtaXNlIiwiZXhwIjoyMDAwMDAwMDAwfQ.8nhsCM9I0GZ02cnrupTVRols_uAmUkXnqyR6MzRbtjo",
     TOKEN_MALFORMED},
    {"algorithm in another case",
     "eyJhbGciOiJlZGRzYSIsImtpZCI6InJmYzgwMzcifQ.eyJpc3MiOiJjYWxsZXJzIiwiYXVkIjoiZW50c"
     "mVtaXNlIiwiZXhwIjoyMDAwMDAwMDAwfQ.roaovlvajrzDwgB3ngIaLCSrjEWf9bI26U332eqE91Js2O"
     "1ezeai5r9vr4UBb3EOKhHSj2NgYho8x2Ggpzh_AQ",
     TOKEN_WRONG_ALGORITHM},
    {"no algorithm",
     "eyJraWQiOiJyZmM4MDM3In0.eyJpc3MiOiJjYWxsZXJzIiwiYXVkIjoiZW50cmVtaXNlIiwiZXhwIjoy"
     "MDAwMDAwMDAwfQ.rnkW8Ot8qaIbUqwh7tKctfBvg19BPChApM8e2XtT1A-LXvGa0tmOEgHWwbCMz2NGr"
     "FWDJB2rLYEvkJ6LVDVJCw",
     TOKEN_MALFORMED},
    {"a kid that is a number",
     "eyJhbGciOiJFZERTQSIsImtpZCI6MX0.eyJpc3MiOiJjYWxsZXJzIiwiYXVkIjoiZW50cmVtaXNlIiwi"
     "ZXhwIjoyMDAwMDAwMDAwfQ.-L6srAB_oX4VJWL8LSbSB90K43lkC64w7IjftnSYyPF0yLdOSki_Aa-Wz"
     "ZmmdJwlrd-kbVY4mAJtKK6PWVFACw",
     TOKEN_MALFORMED},
    {"an unknown kid",
     "eyJhbGciOiJFZERTQSIsImtpZCI6Im90aGVyIn0.eyJpc3MiOiJjYWxsZXJzIiwiYXVkIjoiZW50cmVt"
     "aXNlIiwiZXhwIjoyMDAwMDAwMDAwfQ.s7tbfq5jn9fyEn6CIxW5nfbklQI08RalOb0be-q0EV025Lcl-"
     "YNwerKnL3MDGefFZOk3puPoxZ69w6YJsC3mBA",
     TOKEN_UNKNOWN_KEY},
    {"a critical extension",
     "eyJhbGciOiJFZERTQSIsImtpZCI6InJmYzgwMzciLCJjcml0IjpbImI2NCJdLCJiNjQiOmZhbHNlfQ.e"
     "yJpc3MiOiJjYWxsZXJzIiwiYXVkIjoiZW50cmVtaXNlIiwiZXhwIjoyMDAwMDAwMDAwfQ.0FvWEjRiC5"
     "TVN8rDpsJskMNVEAwFjpQwuCRwoTvF-lpFjJqj4ivbyt2_UO0Dnox41eG7K_-ianZBJuUYxMDGAg",
     TOKEN_MALFORMED},
    {"an algorithm given twice",
     "eyJhbGciOiJub25lIiwiYWxnIjoiRWREU0EiLCJraWQiOiJyZmM4MDM3In0.eyJpc3MiOiJjYWxsZXJz"
     "IiwiYXVkIjoiZW50cmVtaXNlIiwiZXhwIjoyMDAwMDAwMDAwfQ.DPrs4ub1K45FU50ofiPGdldpqoTPh"
     "CbsN4eg7Kndf6pmbFGN2FTn5H3LJCDurMo0jtlhtNmLa__4yydq2UXuDg",
     TOKEN_MALFORMED},
    {"another issuer than the key's",
     "eyJhbGciOiJFZERTQSIsImtpZCI6InJmYzgwMzcifQ.eyJpc3MiOiJiaWxsaW5nIiwiYXVkIjoiZW50c"
     "mVtaXNlIiwiZXhwIjoyMDAwMDAwMDAwfQ.F60KPPap7NOmzl4gp4bMmpdGJPYGD1zTt5wsuFyO-V1Swh"
     "JJUx4U5KO2_mOBQEF6DovOwb2amppImHJ9A0xcCg",
     TOKEN_UNKNOWN_KEY},
    {"no issuer",
     "eyJhbGciOiJFZERTQSIsImtpZCI6InJmYzgwMzcifQ.eyJhdWQiOiJlbnRyZW1pc2UiLCJleHAiOjIwM"
     "DAwMDAwMDB9.GzPlTrLVoSHH-4STnTNJxQ8EmPTa2gmQc_vF0V3JXdVOpq-jrCcpTPUKCgMIlKnojMn1"
     "dZK8Uo1fHGzlNVUPBQ",
     TOKEN_MALFORMED},
    {"no audience",
     "eyJhbGciOiJFZERTQSIsImtpZCI6InJmYzgwMzcifQ.eyJpc3MiOiJjYWxsZXJzIiwiZXhwIjoyMDAwM"
     "DAwMDAwfQ.VeKv9L104vE-CjLBxx7Vy1tIWLAgoWkOIpl0ygUxOVzlYeGRAjiBYyMnkh6XdWfrirGvcN"
     "6AVgHqoANPYDbuBg",
     TOKEN_MALFORMED},
    {"no expiry",
     "eyJhbGciOiJFZERTQSIsImtpZCI6InJmYzgwMzcifQ.eyJpc3MiOiJjYWxsZXJzIiwiYXVkIjoiZW50c"
     "mVtaXNlIn0.rFjkmJ-21B4vjnYuBQq-WkZw4Q50uoiUTz683rLzo5-3pneLczz6OckWLKQ1jlKP5HlH9"
     "X3WxBwv8qx8tEUFAg",
     TOKEN_MALFORMED},
    {"an expiry that is text",
     "eyJhbGciOiJFZERTQSIsImtpZCI6InJmYzgwMzcifQ.eyJpc3MiOiJjYWxsZXJzIiwiYXVkIjoiZW50c"
     "mVtaXNlIiwiZXhwIjoiMjAwMDAwMDAwMCJ9.t7sq3sdR9kiYVtrZ4YmwRO6vUsKd9cDVvROsAes5Nb-G"
     "Dwox-1dA_CzDlUeHlURaKv4j_q1ck2GM8mCX5KYWDw",
     TOKEN_MALFORMED},
    {"an expiry with a fraction",
     "eyJhbGciOiJFZERTQSIsImtpZCI6InJmYzgwMzcifQ.eyJpc3MiOiJjYWxsZXJzIiwiYXVkIjoiZW50c"
     "mVtaXNlIiwiZXhwIjoyMDAwMDAwMDAwLjV9.nlp1OgNw6Yy5Cos3PFwRDPSxtjCQ3y2nihOAyLyP7k1p"
     "tZ5CNtpLnfetLe1CsosliL5svptyC5XKmguNTjmzBw",
     TOKEN_MALFORMED},
    {"an expiry beyond counting",
     "eyJhbGciOiJFZERTQSIsImtpZCI6InJmYzgwMzcifQ.eyJpc3MiOiJjYWxsZXJzIiwiYXVkIjoiZW50c"
     "mVtaXNlIiwiZXhwIjo5MjIzMzcyMDM2ODU0Nzc1ODA3fQ.LRGncLhtNIJiwa7RTsnaPdBlOSbdgvWO6M"
     "H5O-EtCgugKx4ylfkKboS_IJWqIQT5R48F8IIGQx37rioj5B3wBA",
     TOKEN_MALFORMED},
    {"a negative expiry",
     "eyJhbGciOiJFZERTQSIsImtpZCI6InJmYzgwMzcifQ.eyJpc3MiOiJjYWxsZXJzIiwiYXVkIjoiZW50c"
     "mVtaXNlIiwiZXhwIjotMX0.Xbpn8sxcOXOnVmOn3ovtx4jOQP_Dgkx_RGtaSxB_uGn5Sqz_80lvsbOuo"
     "M0tJMa36XUbkm4CNdRQw6dOfmIUAw",
     TOKEN_MALFORMED},
    {"a claim given twice",
     "eyJhbGciOiJFZERTQSIsImtpZCI6InJmYzgwMzcifQ.eyJpc3MiOiJjYWxsZXJzIiwiYXVkIjoiZW50c"
     "mVtaXNlIiwiZXhwIjoyMDAwMDAwMDAwLCJyb2xlIjoiQ0xJRU5UIiwicm9sZSI6Ik9QRVJBVE9SIn0.l"
     "syyCQbh6t3Ps264Jm5L_IFKbzE0IuXXiNTCerfjsuHTMs87RTqFscYL6eVef3mXPe4wBJ5EdwNC_t5gZ"
     "39TCw",
     TOKEN_MALFORMED},
    {"a role that is a list",
     "eyJhbGciOiJFZERTQSIsImtpZCI6InJmYzgwMzcifQ.eyJpc3MiOiJjYWxsZXJzIiwiYXVkIjoiZW50c"
     "mVtaXNlIiwiZXhwIjoyMDAwMDAwMDAwLCJyb2xlIjpbIk9QRVJBVE9SIl19.5wtVpUL6zptM6kUi9aSK"
     "C4kTjJjhNE2l80-1CGSwAB3qRGjNR-GC9oZYw3M5_h2_eijA7qSu6BGKAuSg9pjFAQ",
     TOKEN_MALFORMED},
    {"an extra claim that is true",
     "eyJhbGciOiJFZERTQSIsImtpZCI6InJmYzgwMzcifQ.eyJpc3MiOiJjYWxsZXJzIiwiYXVkIjoiZW50c"
     "mVtaXNlIiwiZXhwIjoyMDAwMDAwMDAwLCJhZG1pbiI6dHJ1ZX0.iAEr7per6dQ7uuMzMp6MRoRoS8110"
     "naGEGoeiH3XtG4KdE4wMfr0NHAmK52_HIZEYevSU2YMwon7yi77Vq3PAw",
     TOKEN_MALFORMED},
    {"an extra claim that is an object",
     "eyJhbGciOiJFZERTQSIsImtpZCI6InJmYzgwMzcifQ.eyJpc3MiOiJjYWxsZXJzIiwiYXVkIjoiZW50c"
     "mVtaXNlIiwiZXhwIjoyMDAwMDAwMDAwLCJ4Ijp7fX0.Vnw_77VVMjfZwFh2y2K9RzlqCx3eQgmOxWgwG"
     "sZ_yQ_FVDQ1YwnV5zvFXRUK4lon7ADDpztZyH2I51xG1KTGCg",
     TOKEN_MALFORMED},
    {"a NUL in a claim",
     "eyJhbGciOiJFZERTQSIsImtpZCI6InJmYzgwMzcifQ.eyJpc3MiOiJjYWxsZXJzIiwiYXVkIjoiZW50c"
     "mVtaXNlIiwiZXhwIjoyMDAwMDAwMDAwLCJzdWIiOiJhXHUwMDAwYiJ9.crYRf1O7tTXi7gWAGT3nWHxC"
     "hGYmr3ph0kEOOceZ4FKO2Q2BDjdroBtxQzc2kiFt_rOzmYsqHWf20d0JmsRDAQ",
     TOKEN_MALFORMED},
    {"a claim that is not UTF-8",
     "eyJhbGciOiJFZERTQSIsImtpZCI6InJmYzgwMzcifQ.eyJpc3MiOiJjYWxsZXJzIiwiYXVkIjoiZW50c"
     "mVtaXNlIiwiZXhwIjoyMDAwMDAwMDAwLCJzdWIiOiLAgCJ9.uSPDxRux4GoMfhHKBVU7MfClRdSvIZjf"
     "881oWKIbjy_-qd9Uyk7b7s_qh8cvTAMo-pAxOek9FmQdrwETLpBZBQ",
     TOKEN_MALFORMED},
    {"text behind the object",
     "eyJhbGciOiJFZERTQSIsImtpZCI6InJmYzgwMzcifQ.eyJpc3MiOiJjYWxsZXJzIiwiYXVkIjoiZW50c"
     "mVtaXNlIiwiZXhwIjoyMDAwMDAwMDAwfXt9.CUJryFATLVgCUMKF_ymn3-KCsDPfIKZtcu09FBLp4Zw9"
     "68vxRAodjSjOIyGVZTzJWeHlfkApz_my2n-wx2BOBQ",
     TOKEN_MALFORMED},
    {"a payload that is a list",
     "eyJhbGciOiJFZERTQSIsImtpZCI6InJmYzgwMzcifQ.W10.90690wnxCZLfoO3mFyE9IMcpEOBQQaNPs"
     "pBgpXPXSjdm6ItKh7bnKe0DTRCTYchagHmwt6e69IEtLFjtU3hODA",
     TOKEN_MALFORMED},
    {"an act without role",
     "eyJhbGciOiJFZERTQSIsImtpZCI6InJmYzgwMzcifQ.eyJpc3MiOiJjYWxsZXJzIiwiYXVkIjoiZW50c"
     "mVtaXNlIiwiZXhwIjoyMDAwMDAwMDAwLCJhY3QiOnsic3ViIjoiYSJ9fQ.DDh_N4Vt-2VJPjWoBAdFp8"
     "8nXf5hXWzy2sRD676Sl0RZZnqsv6f2S-NsvaevW28AUEpYW84rGp92--2B3XGhCQ",
     TOKEN_MALFORMED},
    {"an act within an act",
     "eyJhbGciOiJFZERTQSIsImtpZCI6InJmYzgwMzcifQ.eyJpc3MiOiJjYWxsZXJzIiwiYXVkIjoiZW50c"
     "mVtaXNlIiwiZXhwIjoyMDAwMDAwMDAwLCJhY3QiOnsicm9sZSI6IkNMSUVOVCIsImFjdCI6e319fQ.qS"
     "cRJR8GHPm66KQ_j77d1UlTsMiQX8eGRF4E2UtFObK9OETN37kt2Drl98DCNeEfB3R4guJyAyiBFupzQT"
     "aVCA",
     TOKEN_MALFORMED},
    {"several audiences, one of them right",
     "eyJhbGciOiJFZERTQSIsImtpZCI6InJmYzgwMzcifQ.eyJpc3MiOiJjYWxsZXJzIiwiYXVkIjpbIm90a"
     "GVyIiwiZW50cmVtaXNlIl0sImV4cCI6MjAwMDAwMDAwMH0.qCOQkpc_7akg_rkZGe9yxTGPS8aTRlvHA"
     "wLOnhZ-4pHIJj3fhuYi5R-EjtShh8UqQRAsWuI4JnLRFXmGRIuBCQ",
     TOKEN_OK},
    {"several audiences, all wrong",
     "eyJhbGciOiJFZERTQSIsImtpZCI6InJmYzgwMzcifQ.eyJpc3MiOiJjYWxsZXJzIiwiYXVkIjpbIm90a"
     "GVyIiwidGhpcmQiXSwiZXhwIjoyMDAwMDAwMDAwfQ.mYcjVdpkcsLVV1fsVZ8XoK5pV9Wh4yehHG4aS0"
     "QI38UpCEQuUejGJuHzeg6RRzjuKWEqmlMVjv_8Oj40OwYABg",
     TOKEN_WRONG_AUDIENCE},
    {"an empty list of audiences",
     "eyJhbGciOiJFZERTQSIsImtpZCI6InJmYzgwMzcifQ.eyJpc3MiOiJjYWxsZXJzIiwiYXVkIjpbXSwiZ"
     "XhwIjoyMDAwMDAwMDAwfQ.4sv4NqcpDLNxSaIHmxP-1E-NKiuKN54ZHOPEQngl8KGH-CfjLGPuFJFlFf"
     "LHsuphHtk2q6Ud1Qrile_ioZXtCQ",
     TOKEN_MALFORMED},
    {"another audience",
     "eyJhbGciOiJFZERTQSIsImtpZCI6InJmYzgwMzcifQ.eyJpc3MiOiJjYWxsZXJzIiwiYXVkIjoib3RoZ"
     "XIiLCJleHAiOjIwMDAwMDAwMDB9.frU5fj7M02emG-1vPm-UKpUs1LUlqcpBGizOw8JOw6jyHSVuoHhp"
     "jCKIH-t-OvAkL5YPGA9hJzTTH-RquGqWCA",
     TOKEN_WRONG_AUDIENCE},
    {"expired long ago",
     "eyJhbGciOiJFZERTQSIsImtpZCI6InJmYzgwMzcifQ.eyJpc3MiOiJjYWxsZXJzIiwiYXVkIjoiZW50c"
     "mVtaXNlIiwiZXhwIjoxMDAwMDAwMDAwfQ.jC4tpxQubQQ3PSGVQZLvvkOcGjnfnT2vJZi2bG8ZTGck4A"
     "QBLh_yjw-4ukaemD1czJ3ZJLDBtFLKn2U46zsZDw",
     TOKEN_EXPIRED},
    {"not valid yet",
     "eyJhbGciOiJFZERTQSIsImtpZCI6InJmYzgwMzcifQ.eyJpc3MiOiJjYWxsZXJzIiwiYXVkIjoiZW50c"
     "mVtaXNlIiwiZXhwIjoyMDAwMDAwMDAwLCJuYmYiOjE5OTk5OTk5OTl9.rtTfCRYVVZi2YG9DGZO2HeDJ"
     "7u7cX1e7tKRMHB7o1VqkOt1xh2TFFiAGxv6rYrBoOewP2F1yPaUgWXONwgm5Bw",
     TOKEN_NOT_YET},
    {"padding behind the signature",
     "eyJhbGciOiJFZERTQSIsImtpZCI6InJmYzgwMzcifQ.eyJpc3MiOiJjYWxsZXJzIiwiYXVkIjoiZW50c"
     "mVtaXNlIiwiZXhwIjoyMDAwMDAwMDAwfQ.qe85YqQZuifrlLce95WgEng7tg_hDxSHXJNr2znskWUw7U"
     "HVmHYjyFbwsNwlrJbernz_YD7Sd51UV9dpcqW0Cw==",
     TOKEN_MALFORMED},
    {"a blank behind the signature",
     "eyJhbGciOiJFZERTQSIsImtpZCI6InJmYzgwMzcifQ.eyJpc3MiOiJjYWxsZXJzIiwiYXVkIjoiZW50c"
     "mVtaXNlIiwiZXhwIjoyMDAwMDAwMDAwfQ.qe85YqQZuifrlLce95WgEng7tg_hDxSHXJNr2znskWUw7U"
     "HVmHYjyFbwsNwlrJbernz_YD7Sd51UV9dpcqW0Cw ",
     TOKEN_MALFORMED},
    {"four parts",
     "eyJhbGciOiJFZERTQSIsImtpZCI6InJmYzgwMzcifQ.eyJpc3MiOiJjYWxsZXJzIiwiYXVkIjoiZW50c"
     "mVtaXNlIiwiZXhwIjoyMDAwMDAwMDAwfQ.qe85YqQZuifrlLce95WgEng7tg_hDxSHXJNr2znskWUw7U"
     "HVmHYjyFbwsNwlrJbernz_YD7Sd51UV9dpcqW0Cw.x",
     TOKEN_MALFORMED},
    {"one part", "abc", TOKEN_MALFORMED},
    {"two parts", "abc.def", TOKEN_MALFORMED},
    {"nothing", "", TOKEN_MALFORMED},
    {"dots", "..", TOKEN_MALFORMED},
};

static void test_foreign_tokens_get_their_verdicts(void **state)
{
	char path[] = "/tmp/entremise-token-XXXXXX";
	const char *error = NULL;
	struct arena *arena = arena_create();
	struct token_keyset *keyset;
	int file = mkstemp(path);

	(void)state;
	assert_true(file >= 0);
	assert_int_equal(write(file, rfc_public, strlen(rfc_public)), strlen(rfc_public));
	close(file);
	keyset = token_keyset_load(path, false, arena, &error);
	unlink(path);
	assert_non_null(keyset);
	for (size_t i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++) {
		struct token_claims claims = {.subject = "untouched"};
		enum token_result result =
		    token_verify(keyset, foreign[i].token, strlen(foreign[i].token), "entremise",
				 now_us, arena, &claims);

		if (result != foreign[i].result)
			fail_msg("%s: %s", foreign[i].name, token_result_text(result));
		if (result != TOKEN_OK)
			assert_string_equal(claims.subject, "untouched");
	}
	token_keyset_destroy(keyset);
	arena_destroy(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_foreign_tokens_get_their_verdicts),
	};

	return cmocka_run_group_tests_name("token_foreign", tests, NULL, NULL);
}
