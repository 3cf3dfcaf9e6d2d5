// The other engine of the interoperability test: QuickFIX (C++), ordering or executing.
//   driver order|execute initiator|acceptor PORT STORE COUNT
// Says "ready", works until every order is answered, logs out, and says where its counts stand.
#include <quickfix/Application.h>
#include <quickfix/FileStore.h>
#include <quickfix/Session.h>
#include <quickfix/SessionSettings.h>
#include <quickfix/SocketAcceptor.h>
#include <quickfix/SocketInitiator.h>
#include <quickfix/Values.h>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <sstream>
#include <string>
#include <thread>

static std::string text(long number) { std::ostringstream s; s << number; return s.str(); }

class Desk : public FIX::Application {
public:
  Desk(bool orders) : orders_(orders), seen_(0), faults_(0) {}

  void onCreate(const FIX::SessionID& id) override { id_ = id; }
  void onLogon(const FIX::SessionID&) override {}
  void onLogout(const FIX::SessionID&) override {}
  void toAdmin(FIX::Message&, const FIX::SessionID&) override {}
  void toApp(FIX::Message&, const FIX::SessionID&) throw(FIX::DoNotSend) override {}
  void fromAdmin(const FIX::Message&, const FIX::SessionID&) throw(
      FIX::FieldNotFound, FIX::IncorrectDataFormat, FIX::IncorrectTagValue, FIX::RejectLogon) override {}

  void fromApp(const FIX::Message& message, const FIX::SessionID& id) throw(
      FIX::FieldNotFound, FIX::IncorrectDataFormat, FIX::IncorrectTagValue, FIX::UnsupportedMessageType) override {
    long order = std::atol(message.getField(11).c_str());
    if (order != seen_ + 1) faults_++;
    seen_ = order;
    if (orders_) return;
    FIX::Message report;
    report.getHeader().setField(FIX::MsgType("8"));
    report.setField(FIX::ClOrdID(text(order)));
    FIX::Session::sendToTarget(report, id);
  }

  FIX::SessionID id_;
  const bool orders_;
  std::atomic<long> seen_;
  std::atomic<long> faults_;
};

int main(int argc, char** argv) {
  if (argc != 6) return 2;
  bool orders = std::string(argv[1]) == "order", initiates = std::string(argv[2]) == "initiator";
  long count = std::atol(argv[5]);
  std::string self = orders ? "DESK" : "EXEC", other = orders ? "EXEC" : "DESK";
  std::ostringstream written;
  written << "[DEFAULT]\nConnectionType=" << argv[2] << "\nReconnectInterval=1\nHeartBtInt=2\nStartTime=00:00:00\n"
          << "EndTime=00:00:00\nUseDataDictionary=N\nLogoutTimeout=5\nFileStorePath=" << argv[4] << "\n"
          << "SocketAcceptPort=" << argv[3] << "\nSocketReuseAddress=Y\nSocketConnectHost=127.0.0.1\nSocketConnectPort="
          << argv[3] << "\n[SESSION]\nBeginString=FIX.4.4\nSenderCompID=" << self << "\nTargetCompID=" << other << "\n";
  std::istringstream read(written.str());
  FIX::SessionSettings settings(read);
  FIX::FileStoreFactory stores(settings);
  Desk desk(orders);
  std::unique_ptr<FIX::Initiator> initiator;
  std::unique_ptr<FIX::Acceptor> acceptor;
  if (initiates) {
    initiator.reset(new FIX::SocketInitiator(desk, stores, settings));
    initiator->start();
  } else {
    acceptor.reset(new FIX::SocketAcceptor(desk, stores, settings));
    acceptor->start();
  }

  std::cout << "ready" << std::endl;
  if (orders) {
    long sent = 0;
    while (desk.seen_ < count) {
      if (sent < count && sent - desk.seen_ < 500) {
        FIX::Message order;
        order.getHeader().setField(FIX::MsgType("D"));
        order.setField(FIX::ClOrdID(text(++sent)));
        order.setField(FIX::Symbol("MSFT"));
        FIX::Session::sendToTarget(order, desk.id_);
      } else {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
      }
    }
    std::cout << "done" << std::endl;
  }

  std::string line; // until the test has what it wants, and the line no longer breaks
  std::getline(std::cin, line);
  FIX::Session* session = FIX::Session::lookupSession(desk.id_);
  for (int i = 0; i < 2000 && !session->isLoggedOn(); i++) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  // It acts on a ResendRequest that came early without counting it, and closes that gap at the next message but a
  // Logout: give it heartbeats.
  std::this_thread::sleep_for(std::chrono::seconds(5));
  session->logout();
  for (int i = 0; i < 500 && session->isLoggedOn(); i++) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  // Its own thread is still at the last messages: what it counts is told when it has stood still for a second.
  for (int i = 0, still = 0, last = 0; i < 1000 && still < 100; i++) {
    int now = session->getExpectedSenderNum() + session->getExpectedTargetNum();
    still = now == last ? still + 1 : 0;
    last = now;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  std::cout << "seen " << desk.seen_ << " faults " << desk.faults_ << " out " << session->getExpectedSenderNum() << " in "
            << session->getExpectedTargetNum() << std::endl;
  std::cout.flush();
  std::_Exit(0); // its threads need not be waited for
}
