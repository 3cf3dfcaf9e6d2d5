// QuickFIX C++ over the messages of FixSamples: what reading them costs, alone and with its dictionary. By hand, with Debian's package:
//   apt-get install libquickfix-dev
//   g++ -O2 -std=c++14 -Wno-deprecated bench/peers/quickfix.cpp -lquickfix -o quickfix
//   ./quickfix FIX44.xml
#include <chrono>
#include <cstdio>
#include <string>
#include <quickfix/DataDictionary.h>
#include <quickfix/Message.h>

static std::string Frame(std::string body)
{
    for (char& c : body) if (c == '|') c = '\x01';
    std::string text = std::string("8=FIX.4.4\x01") + "9=" + std::to_string(body.size()) + "\x01" + body;
    unsigned char sum = 0;
    for (unsigned char c : text) sum += c;
    char trailer[8];
    std::snprintf(trailer, sizeof trailer, "10=%03d\x01", sum);
    return text + trailer;
}

template <typename Work> static void Measure(const char* name, Work work)
{
    // The best of many short windows: other work on the machine makes longer ones worse.
    double best = 1e9;
    for (int window = 0; window < 4000; window++)
    {
        const int count = 250;
        auto start = std::chrono::steady_clock::now();
        for (int i = 0; i < count; i++) work();
        std::chrono::duration<double, std::nano> spent = std::chrono::steady_clock::now() - start;
        if (spent.count() / count < best) best = spent.count() / count;
    }

    std::printf("%-40s %8.0f ns\n", name, best);
}

int main(int argc, char** argv)
{
    if (argc < 2) return 2;
    FIX::DataDictionary dictionary(argv[1]);
    const std::string order = Frame("35=D|34=12|49=BUYS|56=SELLSIDE|52=20261122-12:00:00.123|11=ORD01|1=12345678|"
        "21=1|55=MSFT|54=1|60=20261122-12:00:00.123|38=100|40=2|44=10.5|59=0|");
    const std::string report = Frame("35=8|34=120|49=SELLSIDE|56=BUYSIDE1|52=20261122-12:00:00.123|37=O0000001|11=ORD0000001|"
        "453=2|448=DESK1|447=D|452=1|448=CLEAR|447=D|452=4|802=2|523=FIRM|803=1|523=TRADER|803=2|17=E0000001|150=F|39=1|1=12345678|"
        "55=MSFT|54=1|38=100|40=2|44=10.5|59=0|32=50|31=10.5|151=50|14=50|6=10.5|60=20261122-12:00:00.123|");
    std::printf("order %zu bytes, report %zu bytes\n", order.size(), report.size());
    FIX::Message kept;
    Measure("order: setString, validated frame", [&] { kept.setString(order, true, &dictionary, &dictionary); });
    Measure("order: setString and dictionary", [&] { kept.setString(order, true, &dictionary, &dictionary); dictionary.validate(kept); });
    Measure("report: setString, validated frame", [&] { kept.setString(report, true, &dictionary, &dictionary); });
    Measure("report: setString and dictionary", [&] { kept.setString(report, true, &dictionary, &dictionary); dictionary.validate(kept); });
    return 0;
}
