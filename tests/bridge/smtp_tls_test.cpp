#include "bridge/outbox/smtp.h"
#include "tests/standins/smtp.h"

/// Mail over TLS, at once (RFC 8314) and by STARTTLS (RFC 3207), with servers that aren't what they should be.
namespace crmdav {
namespace {

using standins::Certificates;
using standins::Smtp;
using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;
using testing::SizeIs;

using Outcome = Delivery::Outcome;

class SmtpTls : public testing::TestWithParam<Smtp::Tls> {
protected:
    /// With a login, which is told over TLS alone.
    Delivery send(const Smtp& smtp, SmtpServer::Tls tls = SmtpServer::Tls::required) const {
        SmtpServer server = SmtpServer::parse(smtp.url(tls == SmtpServer::Tls::required ? "crm:secret" : ""));
        server.tls = tls;  // of this machine none is asked for
        server.authorities = ours.authority();
        return sendMail(server, "crm@example.org", "anna@example.com", "Subject: Hello\r\n\r\nHello\r\n", {});
    }
    /// Neither password nor mail got to the other side, and there will be another try.
    void expectKept(const Smtp& smtp, const Delivery& delivery) {
        EXPECT_EQ(delivery.outcome, Outcome::later);
        EXPECT_TRUE(delivery.nobodyThere) << "it is the server, not the mail";
        EXPECT_NE(delivery.error, "");
        EXPECT_EQ(delivery.error.find("secret"), std::string::npos);
        EXPECT_EQ(smtp.sessions(), 1);
        EXPECT_THAT(smtp.logins(), IsEmpty());
        EXPECT_THAT(smtp.mails(), IsEmpty());
    }

    const Certificates ours, unknown;
    const Certificates::Files right = ours.make("IP:127.0.0.1");
};
INSTANTIATE_TEST_SUITE_P(Both, SmtpTls, testing::Values(Smtp::Tls::atOnce, Smtp::Tls::offered));

TEST_P(SmtpTls, LoginAndMailGoToTheServerThatIsMeant) {
    const Smtp smtp(GetParam(), right);
    const Delivery delivery = send(smtp);
    EXPECT_EQ(delivery.outcome, Outcome::taken) << delivery.error;
    EXPECT_THAT(smtp.logins(), ElementsAre(" crm secret"));
    EXPECT_THAT(smtp.mails(), ElementsAre(Field(&Smtp::Mail::secured, true)));
}

TEST_P(SmtpTls, AnotherServerIsToldNothing) {
    for (const auto& [who, name] : {std::pair(&ours, "DNS:mail.example.org"), std::pair(&unknown, "IP:127.0.0.1")}) {
        SCOPED_TRACE(name);
        const Smtp smtp(GetParam(), who->make(name));
        expectKept(smtp, send(smtp));
    }
}

TEST_P(SmtpTls, WhatGoesWrongInsideIsAsInClear) {
    Smtp smtp(GetParam(), right);
    smtp.next(Smtp::Way::noLogin);
    const Delivery login = send(smtp);
    EXPECT_EQ(login.outcome, Outcome::later) << "an administrator may see to it";
    EXPECT_TRUE(login.nobodyThere);
    EXPECT_THAT(smtp.mails(), IsEmpty());

    smtp.next(Smtp::Way::unknown);
    EXPECT_EQ(send(smtp).outcome, Outcome::refused);
    smtp.next(Smtp::Way::spam);
    EXPECT_EQ(send(smtp).outcome, Outcome::refused);
    for (const auto way : {Smtp::Way::hangUpBefore, Smtp::Way::hangUpAfter}) {
        smtp.next(way);
        const Delivery cut = send(smtp);
        EXPECT_EQ(cut.outcome, Outcome::later) << "whether it was taken nobody knows";
        EXPECT_FALSE(cut.nobodyThere);
    }
    EXPECT_THAT(smtp.mails(), SizeIs(1));
}

using StartTls = SmtpTls;
INSTANTIATE_TEST_SUITE_P(Offered, StartTls, testing::Values(Smtp::Tls::offered));

TEST_P(StartTls, WithoutItNoPasswordLeaves) {
    const Smtp silent;  // or somebody in between who takes the offer away
    expectKept(silent, send(silent));
    Smtp unwilling(GetParam(), right);
    unwilling.next(Smtp::Way::noTls);
    expectKept(unwilling, send(unwilling));
}

// RFC 3207 §4.2, CVE-2021-22947: what came before the handshake is nobody's word.
TEST_P(StartTls, WhatIsSaidBeforeItCountsForNothing) {
    Smtp smtp(GetParam(), right);
    smtp.next(Smtp::Way::forgedTls);
    expectKept(smtp, send(smtp));
}

// RFC 7435: who would take a plain connection gains nothing by asking for papers.
TEST_P(StartTls, IfItIsOnlyWelcomeAnyWillDo) {
    constexpr auto welcome = SmtpServer::Tls::ifOffered;
    const Smtp strange(GetParam(), unknown.make("DNS:mail.example.org"));
    EXPECT_EQ(send(strange, welcome).outcome, Outcome::taken);
    EXPECT_THAT(strange.mails(), ElementsAre(Field(&Smtp::Mail::secured, true)));
    const Smtp plain;
    EXPECT_EQ(send(plain, welcome).outcome, Outcome::taken);
    Smtp unwilling(GetParam(), right);
    unwilling.next(Smtp::Way::noTls);
    EXPECT_EQ(send(unwilling, welcome).outcome, Outcome::taken);
    EXPECT_THAT(unwilling.mails(), ElementsAre(Field(&Smtp::Mail::secured, false)));
    Smtp forged(GetParam(), right);
    forged.next(Smtp::Way::forgedTls);
    expectKept(forged, send(forged, welcome));
}

}  // namespace
}  // namespace crmdav
