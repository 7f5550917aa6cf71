#include "bridge/outbox/mail.h"

#include "bridge/outbox/smtp.h"

namespace crmdav {
namespace {

using testing::HasSubstr;
using testing::Not;

OutboxItem item(const std::string& subject, const std::string& body) {
    OutboxItem item;
    item.channel = "mail";
    item.key = "reconnect:1";
    item.target = "anna@example.com";
    item.subject = subject;
    item.body = body;
    item.created = std::chrono::sys_days(std::chrono::year(2026) / 11 / 21) + std::chrono::seconds(3723);
    return item;
}

TEST(Mail, IsWhatRfc5322Wants) {
    EXPECT_EQ(mailOf(item("Reconnect", "One.\nTwo = 2\n"), "crm@example.org"),
              "Date: Sat, 21 Nov 2026 01:02:03 +0000\r\n"
              "From: crmdav <crm@example.org>\r\n"
              "To: <anna@example.com>\r\n"
              "Subject: Reconnect\r\n"
              "Message-ID: <f890258b1270801fd900c9ac77ec6fd9dcbd3764@example.org>\r\n"
              "Auto-Submitted: auto-generated\r\n"
              "MIME-Version: 1.0\r\n"
              "Content-Type: text/plain; charset=utf-8\r\n"
              "Content-Transfer-Encoding: quoted-printable\r\n"
              "\r\n"
              "One.\r\n"
              "Two =3D 2\r\n");
}

// RFC 2045 §6.7, RFC 2047 §2, RFC 5321 §4.5.3.1.6
TEST(Mail, AnyTextIsLinesOfAscii) {
    std::string text;
    for (int i = 0; i < 300; ++i) text += i % 7 ? "ä€😀 " : "plain words ";
    const std::string mail = mailOf(item(text, text + "\r\nend \n.\nlast"), "crm@example.org");
    for (std::size_t at = 0, end = 0; (end = mail.find("\r\n", at)) != mail.npos; at = end + 2)
        EXPECT_LE(end - at, 78U) << mail.substr(at, end - at);
    for (const unsigned char c : mail) ASSERT_TRUE((c >= ' ' && c < 127) || c == '\r' || c == '\n');
    EXPECT_THAT(mail, HasSubstr("\r\nend=20\r\n.\r\nlast\r\n"));
    EXPECT_THAT(mail, HasSubstr("Subject: =?UTF-8?B?"));
}

TEST(Mail, NothingIsSmuggledIntoItsHead) {
    const std::string mail = mailOf(item("a\r\nBcc: ben@example.com\r\n\r\nbody", "x"), "crm@example.org");
    EXPECT_THAT(mail, Not(HasSubstr("\r\nBcc")));
    for (const char* bad : {"", "@", "a@", "@b", "a b@c", "a@b\r\nBcc: c@d", "a@b>,<c@d", "a,b@c", "no"})
        EXPECT_FALSE(isMailAddress(bad)) << bad;
    EXPECT_TRUE(isMailAddress("anna.berg+x@example.com"));
}

TEST(SmtpUrl, SaysServerLoginAndSender) {
    using enum SmtpServer::Tls;
    const auto far = SmtpServer::parse("smtp://apikey:s%3Acret@mail.example.org:587/?from=crm@example.org");
    EXPECT_EQ(far.user + " " + far.password + " " + far.from, "apikey s:cret crm@example.org");
    EXPECT_THAT(far.url, HasSubstr("mail.example.org:587"));
    EXPECT_THAT(far.url, Not(HasSubstr("cret")));
    EXPECT_EQ(far.tls, required);
    EXPECT_EQ(SmtpServer::parse("smtp://mail.example.org").tls, ifOffered);
    EXPECT_EQ(SmtpServer::parse("smtps://mail.example.org").tls, required);
    EXPECT_EQ(SmtpServer::parse("smtp://u:p@localhost:25").tls, none) << "it doesn't leave this machine";
    for (const char* bad : {"http://a/", "smtp://", "mail.example.org:25", "smtp://a/?from=nobody", "smtp://a/?x=y"})
        EXPECT_THROW(SmtpServer::parse(bad), std::invalid_argument) << bad;
}

TEST(Mail, AnInvitationIsTheSameInTwoForms) {  // RFC 6047 §2.4
    OutboxItem invitation = item("Booked", "On Monday.\n");
    invitation.calendar = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n";
    const std::string mail = mailOf(invitation, "crm@example.org");
    EXPECT_THAT(mail, testing::HasSubstr("Content-Type: multipart/alternative; boundary=\"=_"));
    EXPECT_THAT(mail, testing::HasSubstr("Content-Type: text/plain; charset=utf-8\r\n"));
    EXPECT_THAT(mail, testing::HasSubstr("Content-Type: text/calendar; charset=utf-8; method=REQUEST\r\n"));
    const auto at = mail.find("boundary=\"") + 10;
    const std::string boundary = mail.substr(at, mail.find('"', at) - at);
    std::size_t parts = 0;
    for (auto from = mail.find("\r\n--" + boundary); from != mail.npos; from = mail.find("\r\n--" + boundary, from + 1))
        ++parts;
    EXPECT_EQ(parts, 3U) << mail;
    EXPECT_TRUE(mail.ends_with("--" + boundary + "--\r\n"));
}

}  // namespace
}  // namespace crmdav
