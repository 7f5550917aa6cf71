#include "tests/bridge/dav_servers.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include <fstream>
#include <functional>
#include <vector>

#include "bridge/http_client.h"
#include "server/api/api.h"
#include "server/dav/dav.h"
#include "server/routes.h"
#include "tests/server/temp_store.h"
#include "tests/server/wire.h"

namespace crmdav {
namespace {

namespace fs = std::filesystem;

constexpr int patience = 60'000;  ///< ms until a server answers, on a machine that has other things to do

class Crmdav : public DavServer {
public:
    Crmdav() {
        user = "anna";
        password = temp_.store->addAppPassword({}, temp_.anna.id, "bridge", {}, {}).secret;
        calendar = "/dav/calendars/anna/activities/";
        book = "/dav/addressbooks/anna/private/";
        colleague = "root";
        colleaguePassword = temp_.store->addAppPassword({}, temp_.root.id, "phone", {}, {}).secret;
        colleagueCalendar = "/dav/calendars/root/activities/";
        url_ = served_.listener->address();
    }
    const std::string& url() const override { return url_; }

private:
    TempStore temp_;
    Log log_{2, LogLevel::error};
    Context context_{*temp_.store, temp_.config, log_};
    Authenticator authenticator_{context_};
    wire::Served served_{[this](const Request& request) {
        static constexpr Parts parts{handleDav, handleApi, davHeader};
        return route(context_, parts, authenticator_, request);
    }};
    std::string url_;
};

std::uint16_t freePort() {
    const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ::bind(fd, reinterpret_cast<sockaddr*>(&address), size);
    ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
    ::close(fd);
    return ntohs(address.sin_port);
}

/// A program with a folder and a port of its own; both end with it.
class Process {
public:
    using Command = std::function<std::vector<std::string>(const fs::path& folder, const std::string& port)>;

    explicit Process(const Command& command) : port_(freePort()) {
        std::string name = fs::temp_directory_path() / "crmdav-dav-XXXXXX";
        folder_ = ::mkdtemp(name.data());
        const auto words = command(folder_, std::to_string(port_));
        std::vector<char*> argv;
        for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
        argv.push_back(nullptr);
        const std::string logged = folder_ / "log";
        child_ = ::fork();  // of many threads: from here to exec nothing is allocated
        if (child_ == 0) {
            ::prctl(PR_SET_PDEATHSIG, SIGKILL);
            const int log = ::open(logged.c_str(), O_WRONLY | O_CREAT, 0600);
            ::dup2(log, 1);
            ::dup2(log, 2);
            ::execvp(argv[0], argv.data());
            ::_exit(127);
        }
        awaitAnswer(words[0]);
    }
    ~Process() {
        ::kill(child_, SIGKILL);
        ::waitpid(child_, nullptr, 0);
        fs::remove_all(folder_);
    }
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;
    std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
    const fs::path& folder() const { return folder_; }

private:
    void awaitAnswer(const std::string& name) const {
        for (int waited = 0; waited < patience; waited += 20) {
            try {
                const wire::Socket socket(port_);
                return;
            } catch (const std::runtime_error&) {
                if (::waitpid(child_, nullptr, WNOHANG) != 0) break;
                ::poll(nullptr, 0, 20);
            }
        }
        std::ifstream log(folder_ / "log");
        throw std::runtime_error(name + " doesn't start: " + std::string(std::istreambuf_iterator<char>(log), {}));
    }

    std::uint16_t port_;
    fs::path folder_;
    pid_t child_ = 0;
};

void write(const fs::path& file, std::string_view text) { std::ofstream(file) << text; }

/// Collections of its own in a server that others use too.
class Used : public DavServer {
public:
    Used(const Process& process, std::string calendars, std::string books) : url_(process.url()) {
        static int count = 0;
        const std::string number = std::to_string(++count);
        calendar = calendars + "calendar-" + number + "/";
        book = books + "book-" + number + "/";
    }
    const std::string& url() const override { return url_; }

    void makeCollections() const {
        make("MKCALENDAR", calendar,
             "<C:mkcalendar xmlns:C='urn:ietf:params:xml:ns:caldav' xmlns='DAV:'><set><prop>"
             "<displayname>Work</displayname></prop></set></C:mkcalendar>",
             "application/xml");
        make("MKCOL", book,
             "<mkcol xmlns='DAV:'><set><prop><resourcetype><collection/>"
             "<addressbook xmlns='urn:ietf:params:xml:ns:carddav'/></resourcetype></prop></set></mkcol>",
             "application/xml");
    }

private:
    std::string url_;
};

/// Its collections are folders, which it looks at anew each time.
class Radicale : public Used {
public:
    explicit Radicale(const Process& process)
        : Used(process, "/anna/", "/anna/"), data_(process.folder() / "data/collection-root") {}
    void fillBook(const std::map<std::string, std::string>& cards) override {
        for (const auto& [name, text] : cards) write(data_.string() + book + name, text);
    }

private:
    fs::path data_;
};

/// Its collections are Git repositories: one commit for all is some hundred times faster than one for each.
class Xandikos : public Used {
public:
    explicit Xandikos(const Process& process)
        : Used(process, "/anna/calendars/", "/anna/contacts/"), data_(process.folder() / "data") {}

    void fillBook(const std::map<std::string, std::string>& cards) override {
        const fs::path folder = data_.string() + book;
        for (const auto& [name, text] : cards) write(folder / name, text);
        const std::string commit =
            "/usr/bin/python3 -c 'import os; from dulwich import porcelain; "
            "porcelain.add(\".\", [n for n in os.listdir(\".\") if n.endswith(\".vcf\")]); "
            "porcelain.commit(\".\", message=b\"all\", author=b\"a <a@b>\", committer=b\"a <a@b>\")'";
        if (std::system(("cd '" + folder.string() + "' && " + commit + " >/dev/null").c_str()) != 0)
            throw std::runtime_error("no commit");
    }

private:
    fs::path data_;
};

}  // namespace

void DavServer::make(const char* method, const std::string& path, const std::string& body, const char* type) const {
    HttpLimits limits;
    limits.inner = true;
    static HttpClient http(limits);
    const auto made = http.send({method, url() + path, {{"Content-Type", type}}, body, user, password});
    if (made.status != 201) throw std::runtime_error(path + ": " + std::to_string(made.status) + made.body);
}

void DavServer::fillBook(const std::map<std::string, std::string>& cards) {
    for (const auto& [name, text] : cards) make("PUT", book + name, text, "text/vcard");
}

std::unique_ptr<DavServer> startCrmdav() { return std::make_unique<Crmdav>(); }

std::unique_ptr<DavServer> useRadicale() {
    static const Process process([](const fs::path& folder, const std::string& port) {
        write(folder / "users", "anna:secret\n");
        write(folder / "config", "[server]\nhosts = 127.0.0.1:" + port +
                                     "\n[auth]\ntype = htpasswd\nhtpasswd_encryption = plain\nhtpasswd_filename = " +
                                     (folder / "users").string() + "\ndelay = 0\n[storage]\nfilesystem_folder = " +
                                     (folder / "data").string() + "\n[logging]\nlevel = warning\n");
        return std::vector<std::string>{"radicale", "--config", folder / "config"};
    });
    auto server = std::make_unique<Radicale>(process);
    server->user = "anna";
    server->password = "secret";
    server->makeCollections();
    return server;
}

std::unique_ptr<DavServer> useXandikos() {
    static const Process process([](const fs::path& folder, const std::string& port) {
        return std::vector<std::string>{
            "xandikos", "-d",         (folder / "data").string(), "-l",    "127.0.0.1", "-p",
            port,       "--defaults", "--current-user-principal", "/anna/"};
    });
    auto server = std::make_unique<Xandikos>(process);
    server->user = "anna";
    server->password = "any";
    server->checksPassword = false;
    server->makeCollections();
    return server;
}

}  // namespace crmdav
