using System.Globalization;
using Qbitel.Protocols.Fix;
using Qbitel.Protocols.Identifiers;
using Qbitel.Protocols.Iso20022;
using Qbitel.Protocols.Iso8583;
using Qbitel.Protocols.Swift;

namespace Qbitel.Demo;

/// <summary>The demo bank's messages, made by our own builders. Names, accounts and cards are invented.</summary>
internal static class DemoMessages
{
    // Fixed, so that the same input gives the same screen.
    public static readonly DateTimeOffset BusinessDay = new(2026, 11, 24, 9, 30, 0, TimeSpan.Zero);

    public const string Mt103Reference = "WIRE-2026-000123", Pacs008Reference = "WIRE-2026-000124";

    public static byte[] Mt103() => new Mt103Builder
    {
        Sender = Read<Bic>("QBITDEFFXXX", Bic.TryParse),
        Receiver = Read<Bic>("NWBKGB2LXXX", Bic.TryParse),
        TransactionReference = Mt103Reference,
        ValueDate = DateOnly.FromDateTime(BusinessDay.Date),
        SettledAmount = Euro("5000000.00"),
        OrderingCustomer = SwiftParty.Customer("DE89370400440532013000", "DEMO MANUFACTURING GMBH", "HAFENSTRASSE 12",
            "60327 FRANKFURT AM MAIN"),
        Beneficiary = SwiftParty.Customer("GB29NWBK60161331926819", "SAMPLE SUPPLIES LTD", "1 HARBOUR ROAD", "LONDON"),
        Charges = ChargeBearer.Shared,
        RemittanceInformation = "INVOICE 4711 DATED 2026-11-02",
        Uetr = Read<Uetr>("7c3f5a86-2b1d-4e0a-9c47-5d8e6f1a2b3c", Uetr.TryParse),
    }.Build().RawContent.ToArray();

    // With a declaration, as the archives of earlier demos have it: what is kept must stay the same message.
    public static byte[] Pacs008() =>
    [
        .. "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"u8,
        .. new Pacs008Builder
        {
            MessageId = "20261124QBITDEFF000042",
            CreatedAt = BusinessDay,
            InstructionId = Pacs008Reference,
            EndToEndId = "INVOICE-4712",
            Uetr = Read<Uetr>("9b2f6c1e-7d54-4a3b-8e10-2c4f5a6b7d8e", Uetr.TryParse),
            Amount = Euro("1250000.00"),
            SettlementDate = DateOnly.FromDateTime(BusinessDay.Date),
            DebtorAgent = Read<Bic>("QBITDEFFXXX", Bic.TryParse),
            CreditorAgent = Read<Bic>("NWBKGB2LXXX", Bic.TryParse),
            DebtorName = "Demo Manufacturing GmbH",
            DebtorIban = Read<Iban>("DE89370400440532013000", Iban.TryParse),
            CreditorName = "Sample Supplies Ltd",
            CreditorIban = Read<Iban>("GB29NWBK60161331926819", Iban.TryParse),
            Remittance = "Invoice 4712 dated 2026-11-02",
        }.Build().Source.Span,
    ];

    /// <summary>An authorisation request over a test card number, and its answer.</summary>
    public static byte[] Iso8583(int number, bool response)
    {
        string trace = number.ToString("D6", CultureInfo.InvariantCulture);
        Iso8583Builder builder = new Iso8583Builder(Read<Mti>(response ? "0110" : "0100", Mti.TryParse))
            .Set(2, "4111111111111111").Set(3, "000000")
            .Set(4, (1000 + number).ToString("D12", CultureInfo.InvariantCulture))
            .Set(7, "1124093000").Set(11, trace).Set(12, "093000").Set(13, "1124")
            .Set(32, "123456").Set(37, "6328" + trace + "01").Set(41, "TERM0001").Set(49, "978");
        return (response ? builder.Set(39, "00") : builder).Build().ToBytes();
    }

    public static byte[] FixOrder(FixBuilder session, int number) =>
        session.CreateNewOrderSingle($"ORD-{number.ToString(CultureInfo.InvariantCulture)}", "EUR/USD", '1',
            1_000_000m + number, 1.0842m).ToBytes();

    public static byte[] FixExecution(FixBuilder session, int number) =>
        session.CreateExecutionReport($"ORD-{number.ToString(CultureInfo.InvariantCulture)}",
            $"EX-{number.ToString(CultureInfo.InvariantCulture)}", "F", "EUR/USD",
            new FixExecution('1', '2', 0, 1_000_000m + number, 1.0842m)).ToBytes();

    private delegate bool Reader<T>(ReadOnlySpan<char> text, out T value);

    private static Money Euro(string amount) =>
        Money.TryParse(amount, "EUR", out Money money)
        ? money : throw new FormatException($"'{amount}' is no amount in euro.");

    private static T Read<T>(string text, Reader<T> read) =>
        read(text, out T value) ? value : throw new FormatException($"'{text}' is no {typeof(T).Name}.");
}
