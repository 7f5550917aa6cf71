#include "bridge/outbox/outbox.h"

#include "bridge/outbox/mail.h"
#include "bridge/secrets.h"
#include "tests/bridge/sync_world.h"
#include "tests/standins/http_host.h"
#include "tests/standins/smtp.h"

namespace crmdav {
namespace {

using namespace std::chrono;
using standins::Reply;
using standins::Smtp;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

/// A program that takes webhooks, and answers as it is told.
class Receiver {
public:
    std::string url() const { return host_.url() + "/events"; }
    void next(Reply reply) {
        const std::lock_guard lock(mutex_);
        planned_.push_back(std::move(reply));
    }
    std::vector<standins::Request> requests() const {
        const std::lock_guard lock(mutex_);
        return requests_;
    }

private:
    Reply answer(const standins::Request& request) {
        const std::lock_guard lock(mutex_);
        requests_.push_back(request);
        if (planned_.empty()) return {.status = 204};
        Reply reply = planned_.front();
        planned_.pop_front();
        return reply;
    }

    mutable std::mutex mutex_;
    std::deque<Reply> planned_;
    std::vector<standins::Request> requests_;
    standins::HttpHost host_{[this](const standins::Request& request) { return answer(request); }};
};

/// I8, and whatever else goes out.
class OutboxTest : public testing::Test, protected SyncWorld {
protected:
    OutboxTest() { options.webhooks.inner = true; }

    Outbox sender(const std::string& holder = "one") {
        if (!options.smtp) options.smtp = SmtpServer::parse(smtp.url());
        return Outbox(*store, secrets, options, holder, Clock{[this] { return now; }});
    }
    void postMail(const std::string& key, const std::string& to = "anna@example.com") {
        OutboxItem item;
        item.channel = "mail";
        item.key = key;
        item.target = to;
        item.subject = "Reconnect";
        item.body = "Please.\n";
        ASSERT_TRUE(sync().post(item));
    }
    Id hook(const std::string& url) {
        Webhook wanted;
        wanted.url = url;
        auto [webhook, made] = Webhooks(*store, secrets, true).add(wanted);
        secret = made;
        return webhook.id;
    }
    void say(const std::string& key) { sync().announce({key, "test.event", R"({"a":"ä"})"}); }
    OutboxItem last() { return sync().posted({}).front(); }
    /// Until nothing is tried any more. @returns attempts
    int exhaust(Outbox& outbox) {
        int attempts = 0;
        for (int i = 0; i < 1000; ++i, now += minutes(10)) attempts += static_cast<int>(outbox.sendDue());
        return attempts;
    }

    Secrets secrets{place / "secrets.key"};
    Smtp smtp;
    Receiver receiver;
    OutboxOptions options;
    std::string secret;
};

TEST_F(OutboxTest, MailIsSentOnceAndSaysSo) {
    options.smtp = SmtpServer::parse(smtp.url() + "?from=crm@example.com");
    auto outbox = sender();
    postMail("a");
    EXPECT_EQ(outbox.sendDue(), 1U);
    EXPECT_EQ(outbox.sendDue(), 0U);
    ASSERT_THAT(smtp.mails(), SizeIs(1));
    const auto mail = smtp.mails()[0];
    EXPECT_EQ(mail.from + " " + mail.to, "crm@example.com anna@example.com");
    EXPECT_THAT(mail.data, AllOf(HasSubstr("Date: Mon, 01 Mar 2027 "), HasSubstr("From: crmdav <crm@example.com>\r\n"),
                                 HasSubstr("To: <anna@example.com>\r\n"), HasSubstr("Auto-Submitted: auto-generated"),
                                 HasSubstr("\r\n\r\nPlease.\r\n")));
    EXPECT_EQ(last().sent, now);
    EXPECT_EQ(last().lastError, "");
}

TEST_F(OutboxTest, TheLoginIsToldAndNothingOfItShown) {
    options.smtp = SmtpServer::parse(smtp.url("crm%40example.com:pass%2Fword"));
    EXPECT_THAT(options.smtp->url, Not(HasSubstr("pass")));
    smtp.next(Smtp::Way::noLogin);
    auto outbox = sender();
    postMail("a");
    outbox.sendDue();
    EXPECT_THAT(smtp.logins(), ElementsAre(" crm@example.com pass/word"));
    EXPECT_THAT(last().lastError, Not(HasSubstr("pass/word")));
    EXPECT_TRUE(last().nextTry) << "an administrator may mend it";
    now += hours(1);
    outbox.sendDue();
    ASSERT_THAT(smtp.mails(), SizeIs(1));
    EXPECT_EQ(smtp.mails()[0].from, "crm@example.com") << "the user is an address";
}

TEST_F(OutboxTest, WithoutAnAddressItIsTheDomainsCrmdav) {
    sender().sendDue();
    auto outbox = sender();
    postMail("a");
    outbox.sendDue();
    ASSERT_THAT(smtp.mails(), SizeIs(1));
    EXPECT_EQ(smtp.mails()[0].from, "crmdav@example.com");
}

TEST_F(OutboxTest, GreylistedMailComesAgainWithTheSameMessageId) {
    auto outbox = sender();
    for (const auto way : {Smtp::Way::greylist, Smtp::Way::hangUpBefore, Smtp::Way::hangUpAfter}) smtp.next(way);
    postMail("a");
    for (int i = 0; i < 4; ++i) {
        EXPECT_EQ(outbox.sendDue(), 1U) << i;
        EXPECT_EQ(outbox.sendDue(), 0U) << "not at once";
        now += hours(1);
    }
    EXPECT_EQ(outbox.sendDue(), 0U);
    ASSERT_THAT(smtp.mails(), SizeIs(2)) << "its server took it, and hung up before it said so (RFC 1047)";
    EXPECT_EQ(smtp.mails()[0].data, smtp.mails()[1].data);
    EXPECT_EQ(last().attempts, 4);
}

TEST_F(OutboxTest, RefusedMailIsGivenUpAndSaysWhy) {
    auto outbox = sender();
    for (const auto& [way, answer] : {std::pair(Smtp::Way::unknown, "550"), {Smtp::Way::spam, "554"}}) {
        smtp.next(way);
        postMail(answer);
        outbox.sendDue();
        EXPECT_FALSE(last().nextTry || last().sent);
        EXPECT_THAT(last().lastError, HasSubstr(answer));
    }
    EXPECT_EQ(exhaust(outbox), 0);
    OutboxFilter failed;
    failed.failed = true;
    EXPECT_THAT(sync().posted(failed), SizeIs(2));
}

TEST_F(OutboxTest, AServerThatTakesNobodyIsAskedOnceForAll) {
    auto outbox = sender();
    for (int i = 0; i < 20; ++i) postMail(std::to_string(i));
    smtp.next(Smtp::Way::closed);
    outbox.sendDue();
    EXPECT_EQ(smtp.sessions(), 1);
    now += minutes(2);
    outbox.sendDue();
    EXPECT_THAT(smtp.mails(), SizeIs(20));
}

TEST_F(OutboxTest, IsGivenUpAfterThreeDays) {
    options.smtp = SmtpServer::parse("smtp://127.0.0.1:1");
    auto outbox = sender();
    postMail("a");
    const int attempts = exhaust(outbox);
    EXPECT_GT(attempts, 10);
    EXPECT_LT(attempts, 40);
    EXPECT_FALSE(last().nextTry || last().sent);
    EXPECT_THAT(last().lastError, Not(IsEmpty()));
}

TEST_F(OutboxTest, WithoutAMailServerMailDoesntPileUp) {
    Outbox outbox(*store, secrets, {}, "one", Clock{[this] { return now; }});
    postMail("a");
    outbox.sendDue();
    EXPECT_THAT(sync().due(10), IsEmpty());
    EXPECT_THAT(last().lastError, HasSubstr("smtp.url"));
}

TEST_F(OutboxTest, WhatIsBeingSentIsNotedBefore) {
    auto outbox = sender();
    postMail("a");
    OutboxItem meanwhile;
    smtp.looking = [&] { meanwhile = last(); };
    outbox.sendDue();
    EXPECT_EQ(meanwhile.attempts, 1);
    EXPECT_GT(meanwhile.nextTry, now) << "who dies now sends it again, later";
    EXPECT_THAT(meanwhile.lastError, HasSubstr("may have arrived"));
}

TEST_F(OutboxTest, AnAnswerCountsAlsoForWhoLostTheLease) {
    auto outbox = sender(), other = sender("two");
    postMail("a");
    smtp.looking = [&] {
        now += minutes(10);  // it slept so long that another one took over
        ASSERT_TRUE(sync().takeLease("outbox", "two", seconds(60)));
    };
    outbox.sendDue();
    EXPECT_TRUE(last().sent);
    smtp.looking = nullptr;
    EXPECT_EQ(other.sendDue(), 0U);
    EXPECT_THAT(smtp.mails(), SizeIs(1));
}

// ---------------------------------------------------------------- webhooks

TEST_F(OutboxTest, AWebhookIsSigned) {
    const Id id = hook(receiver.url());
    say("k");
    auto outbox = sender();
    outbox.sendDue();
    ASSERT_THAT(receiver.requests(), SizeIs(1));
    const auto request = receiver.requests()[0];
    EXPECT_EQ(request.method + request.path, "POST/events");
    EXPECT_EQ(request.body, R"({"event":"test.event","time":"2027-03-01T09:00:00Z","data":{"a":"ä"}})");
    EXPECT_EQ(request.header("Crmdav-Id"), "k:" + id);
    EXPECT_EQ(request.header("Crmdav-Event"), "test.event");
    EXPECT_EQ(request.header("Crmdav-Signature"), webhookSignature(secret, now, request.body));
    EXPECT_THAT(place.everything(), Not(HasSubstr(secret))) << "A11";
    // openssl dgst -sha256 -hmac key, of "1000.body"
    EXPECT_EQ(webhookSignature("key", Instant(seconds(1000)), "body"),
              "t=1000,v1=062f6ed108cb94155be54ddfb5d8e80ef70ed54fe9bbf747b5507a21aaf1d704");
    say("k");
    EXPECT_EQ(outbox.sendDue(), 0U) << "once by its key";
}

TEST_F(OutboxTest, WebhooksAreRepeatedAsTheirAnswerSays) {
    struct {
        Reply reply;
        int most;  ///< attempts until it is given up
    } const cases[] = {
        {{.status = 500}, 40},
        {{.status = 408}, 40},
        {{.status = 425}, 40},
        {{.status = 429}, 40},
        {{.status = 404}, 5},
        {{.status = 410}, 1},
        {{.status = 302, .body = {}, .type = {}, .headers = {{"Location", receiver.url()}}}, 5},
    };
    hook(receiver.url());
    auto outbox = sender();
    for (const auto& [reply, most] : cases) {
        const auto before = receiver.requests().size();
        for (int i = 0; i < 50; ++i) receiver.next(reply);
        say(std::to_string(reply.status));
        const int attempts = exhaust(outbox);
        EXPECT_TRUE(most == 40 ? attempts > 10 && attempts < 40 : attempts == most) << reply.status << ": " << attempts;
        EXPECT_EQ(receiver.requests().size() - before, static_cast<std::size_t>(attempts)) << "no redirect is followed";
        EXPECT_THAT(last().lastError, HasSubstr(std::to_string(reply.status)));
        while (receiver.requests().size() < before + 50) {  // the rest of the plan
            HttpClient(options.webhooks).send({"GET", receiver.url()});
        }
    }
}

TEST_F(OutboxTest, RetryAfterIsObeyedAndADeliveryKeepsItsId) {
    hook(receiver.url());
    receiver.next({.status = 429, .body = {}, .type = {}, .headers = {{"Retry-After", "7200"}}});
    receiver.next({.status = 200, .body = {}, .type = {}, .headers = {}, .wire = Reply::Wire::lost});
    auto outbox = sender();
    say("k");
    outbox.sendDue();
    now += seconds(7199);
    EXPECT_EQ(outbox.sendDue(), 0U);
    now += seconds(1801);
    EXPECT_EQ(outbox.sendDue(), 1U);
    now += hours(1);
    EXPECT_EQ(outbox.sendDue(), 1U);
    EXPECT_TRUE(last().sent);
    const auto all = receiver.requests();
    ASSERT_THAT(all, SizeIs(3));
    for (const auto& request : all) EXPECT_EQ(request.header("Crmdav-Id"), all[0].header("Crmdav-Id"));
    EXPECT_NE(all[0].header("Crmdav-Signature"), all[2].header("Crmdav-Signature")) << "each at its own time";
}

TEST_F(OutboxTest, OneThatDoesntAnswerHoldsUpNobody) {
    options.webhooks.all = milliseconds(100);
    std::atomic<int> asked = 0;
    const standins::HttpHost deaf([&](const standins::Request&) {
        ++asked;
        std::this_thread::sleep_for(milliseconds(300));
        return Reply{};
    });
    hook(deaf.url() + "/");
    hook(receiver.url());
    for (int i = 0; i < 5; ++i) say(std::to_string(i));
    auto outbox = sender();
    outbox.sendDue();
    EXPECT_THAT(receiver.requests(), SizeIs(5));
    EXPECT_EQ(asked, 1);
}

TEST_F(OutboxTest, InnerNetworksAreForThoseWhoAllowThem) {
    const Id id = hook(receiver.url());
    options.webhooks.inner = false;
    auto outbox = sender();
    say("k");
    outbox.sendDue();
    EXPECT_THAT(receiver.requests(), IsEmpty());
    EXPECT_THAT(last().lastError, HasSubstr("inner network"));
    Webhooks strict(*store, secrets, false);
    for (const char* url :
         {"http://example.org/", "https://u:p@example.org/", "ftp://example.org/", "/", "https://a b/"}) {
        Webhook wanted;
        wanted.url = url;
        EXPECT_THROW(strict.add(wanted), InvalidField) << url;
    }
}

TEST_F(OutboxTest, WhatIsOffOrGoneIsToldNothing) {
    const Id off = hook(receiver.url()), gone = hook(receiver.url());
    say("before");
    Webhook webhook = *sync().webhook(off);
    webhook.active = false;
    Webhooks(*store, secrets, true).save(webhook);
    sync().removeWebhook(gone);
    say("after");
    auto outbox = sender();
    outbox.sendDue();
    EXPECT_THAT(receiver.requests(), IsEmpty());
    EXPECT_THAT(sync().due(10), IsEmpty());
}

TEST_F(OutboxTest, ItsSecretOutlivesARotationOfKeys) {  // A11
    hook(receiver.url());
    const std::string before = sync().webhookSecret(sync().webhooks()[0].id);
    sync().saveSecret(account, secrets.seal(account, "secret"));
    EXPECT_EQ(secrets.rotate(*store, true).sealed, 2U);
    EXPECT_NE(sync().webhookSecret(sync().webhooks()[0].id), before);
    say("k");
    sender().sendDue();
    ASSERT_THAT(receiver.requests(), SizeIs(1));
    EXPECT_EQ(receiver.requests()[0].header("Crmdav-Signature"),
              webhookSignature(secret, now, receiver.requests()[0].body));
}

// ---------------------------------------------------------------- I8 from one end to the other

TEST_F(OutboxTest, I8_ARevokedGrantIsOneMailAndOneWebhookWhoeverSends) {
    hook(receiver.url());
    start(calendar, R"({"direction":"two-way","calendars":["work"]})");
    start(book, R"({"direction":"two-way","books":["work"]})");
    run(calendar);
    run(book);
    StoreOptions second;
    second.url = place.url();
    second.now = [this] { return now; };
    const auto same = Store::open(second);
    auto outbox = sender();
    Outbox other(*same, secrets, options, "two", Clock{[this] { return now; }});
    const auto sendAll = [&] {
        std::thread elsewhere([&] { other.sendDue(); });
        outbox.sendDue();
        elsewhere.join();
        outbox.sendDue();
    };
    for (std::size_t times = 1; times <= 2; ++times) {
        server.fault = [](const std::string&, bool) { throw ReconnectNeeded("the permission was taken back"); };
        for (int i = 0; i < 3; ++i) {
            run(calendar);
            run(book);
        }
        EXPECT_EQ(side(calendar).status, SyncStatus::reconnect);
        EXPECT_EQ(side(book).status, SyncStatus::reconnect);
        sendAll();
        ASSERT_THAT(smtp.mails(), SizeIs(times));
        ASSERT_THAT(receiver.requests(), SizeIs(times));
        EXPECT_THAT(smtp.mails().back().data, HasSubstr("taken back"));
        EXPECT_THAT(receiver.requests().back().body,
                    AllOf(HasSubstr(R"("event":"account.reconnect")"), HasSubstr(account), HasSubstr("taken back")));
        // Signing in again, and losing it again, is news.
        server.fault = nullptr;
        now += hours(1);
        accounts->connectDav(anna.id, "dav", "https://dav.example.org", "anna", "secret");
        EXPECT_EQ(run(calendar).status, SyncStatus::active);
        EXPECT_EQ(run(book).status, SyncStatus::active);
    }
}

TEST_F(OutboxTest, WhatIsAboutOneRecordArrivesInOrder) {  // D67
    hook(receiver.url());
    const auto tell = [&](const std::string& key, const std::string& about) {
        sync().announce({key, "test." + key, "{}", about});
    };
    tell("first", "record");
    tell("second", "record");
    tell("other", "another");
    receiver.next({.status = 204});
    auto outbox = sender();
    const auto told = [&] {
        std::vector<std::string> names;
        for (const auto& request : receiver.requests()) names.push_back(request.header("Crmdav-Event"));
        return names;
    };
    outbox.sendDue();
    EXPECT_THAT(told(), testing::UnorderedElementsAre("test.first", "test.second", "test.other"));
    tell("third", "record");
    tell("fourth", "record");
    receiver.next({.status = 500});
    outbox.sendDue();
    for (int i = 0; i < 12; ++i, now += minutes(1)) outbox.sendDue();
    std::vector<std::string> ofIt = told();
    std::erase(ofIt, "test.other");
    EXPECT_THAT(ofIt, ElementsAre("test.first", "test.second", "test.third", "test.third", "test.fourth"));
}

}  // namespace
}  // namespace crmdav
