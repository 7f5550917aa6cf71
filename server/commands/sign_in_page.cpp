#include "server/commands/sign_in_page.h"

#include <Poco/Net/HTMLForm.h>
#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerParams.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/ServerSocket.h>

#include <chrono>
#include <future>
#include <stdexcept>

namespace crmdav {
namespace {

using Poco::Net::HTTPServerRequest;
using Poco::Net::HTTPServerResponse;

/// The first answer that comes; a browser may ask for other things, too.
struct Waiting {
    std::promise<SignInPage::Answer> answer;
    std::atomic<bool> answered = false;
};

class Handler : public Poco::Net::HTTPRequestHandler {
public:
    explicit Handler(Waiting& waiting) : waiting_(waiting) {}
    void handleRequest(HTTPServerRequest& request, HTTPServerResponse& response) override {
        const Poco::Net::HTMLForm form(request);
        const bool here = request.getURI().starts_with("/callback") && (form.has("code") || form.has("error"));
        response.setContentType("text/html; charset=utf-8");
        response.set("Cache-Control", "no-store");
        if (!here) {
            response.setStatusAndReason(HTTPServerResponse::HTTP_NOT_FOUND);
            response.send();
            return;
        }
        if (!waiting_.answered.exchange(true)) {
            if (form.has("error"))
                waiting_.answer.set_exception(std::make_exception_ptr(
                    std::runtime_error("the sign-in was not allowed: " + form.get("error").substr(0, 100))));
            else
                waiting_.answer.set_value({form.get("code"), form.get("state", "")});
        }
        response.send()
            << "<!doctype html><title>crmdav</title><p>You can close this page and go back to the command line.";
    }

private:
    Waiting& waiting_;
};

class Factory : public Poco::Net::HTTPRequestHandlerFactory {
public:
    explicit Factory(Waiting& waiting) : waiting_(waiting) {}
    Poco::Net::HTTPRequestHandler* createRequestHandler(const HTTPServerRequest&) override {
        return new Handler(waiting_);
    }

private:
    Waiting& waiting_;
};

}  // namespace

struct SignInPage::Parts {
    Parts()
        : socket(Poco::Net::SocketAddress("127.0.0.1", 0)),
          server(new Factory(waiting), socket, new Poco::Net::HTTPServerParams) {
        server.start();
        redirect = "http://127.0.0.1:" + std::to_string(socket.address().port()) + "/callback";
    }
    ~Parts() { server.stopAll(true); }

    Waiting waiting;
    Poco::Net::ServerSocket socket;
    Poco::Net::HTTPServer server;
    std::string redirect;
};

SignInPage::SignInPage() : parts_(std::make_unique<Parts>()) {}
SignInPage::~SignInPage() = default;

const std::string& SignInPage::redirect() const { return parts_->redirect; }

SignInPage::Answer SignInPage::wait() {
    auto answer = parts_->waiting.answer.get_future();
    if (answer.wait_for(std::chrono::minutes(10)) != std::future_status::ready)
        throw std::runtime_error("nobody signed in within ten minutes");
    return answer.get();
}

}  // namespace crmdav
