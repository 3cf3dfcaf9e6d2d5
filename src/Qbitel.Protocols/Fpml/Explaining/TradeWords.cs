using System.Globalization;
using Qbitel.Protocols.Fpml.Products;

namespace Qbitel.Protocols.Fpml.Explaining;

/// <summary>Puts a trade in words.</summary>
internal sealed class TradeWords
{
    private readonly List<string> _sentences = [];
    private readonly List<TradeLine> _lines = [];
    private readonly List<TradeDay> _days = [];

    public static ExplainedTrade Of(FpmlTrade trade)
    {
        TradeWords words = new();
        words.On(trade.TradeDate, "traded");
        words.Tell(trade.Product);
        return new ExplainedTrade(trade.Element.Path, trade.Product?.Kind ?? "no product",
            [.. trade.Identifiers.Select(id => Redaction.None.Mask(id.Value))], words._sentences, words._lines,
            [.. words._days.OrderBy(day => day.Date)]);
    }

    public static string Day(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private void Tell(FpmlProduct? product)
    {
        switch (product)
        {
            case InterestRateSwap swap: Tell(swap); break;
            case ForwardRateAgreement fra: Tell(fra); break;
            case CapFloor cap: Tell(cap); break;
            case Swaption swaption: Tell(swaption); break;
            case CreditDefaultSwap credit: Tell(credit); break;
            case FxSingleLeg fx: Tell(fx.Exchange, product.Kind); break;
            case FxSwap swap:
                if (swap.Near is { } near) Tell(near, "near leg");
                if (swap.Far is { } far) Tell(far, "far leg");
                break;
            case FxOption option: Tell(option); break;
            case EquityOption option: Tell(option); break;
            case EquitySwap swap: Tell(swap); break;
            case CommoditySwap swap: Tell(swap); break;
            case CommodityOption option: Tell(option); break;
            case OtherProduct other:
                Say($"A {other.Kind}: it has no view of its own; its elements are at {other.Element.Path}.");
                break;
            default: break;
        }
    }

    private void Tell(InterestRateSwap swap)
    {
        foreach (RateLeg leg in swap.Streams)
            Tell(leg, leg.IsFixed ? "fixed leg" : leg.Index is null ? "amounts" : "floating leg");
    }

    private void Tell(RateLeg leg, string what)
    {
        string rate = RateOf(leg), period = PeriodOf(leg);
        string on = leg.Notional?.ToString() ?? "a notional set elsewhere";
        Say($"{leg.Payer} pays {rate} on {on} to {leg.Receiver}{period}.");
        if (leg.NotionalSteps.Count > 0)
        {
            Say($"The notional changes {leg.NotionalSteps.Count} times, "
                + $"to {Plain(leg.NotionalSteps[^1].Value)} at last.");
        }

        _lines.Add(new TradeLine(what, leg.Payer, leg.Receiver, leg.Notional?.ToString(), rate,
            period.TrimStart(',', ' ')));
        On(leg.EffectiveDate, $"{what} begins");
        On(leg.TerminationDate, $"{what} ends");
        foreach (FpmlStep step in leg.NotionalSteps)
            On(step.Date, $"notional of the {what} becomes {Plain(step.Value)}");
        foreach (FpmlStep step in leg.RateSteps) On(step.Date, $"rate of the {what} becomes {Percent(step.Value)}");
    }

    private void Tell(ForwardRateAgreement fra)
    {
        Say($"{fra.Buyer} pays {Percent(fra.FixedRate)} and {fra.Seller} pays {Masked(fra.Index)} {fra.IndexTenor} "
            + $"on {fra.Notional}, settled at once for the period.");
        _lines.Add(new TradeLine("fixed rate", fra.Buyer, fra.Seller, fra.Notional?.ToString(),
            Percent(fra.FixedRate), fra.DayCount));
        _lines.Add(new TradeLine("floating rate", fra.Seller, fra.Buyer, fra.Notional?.ToString(),
            $"{Masked(fra.Index)} {fra.IndexTenor}", fra.DayCount));
        On(fra.EffectiveDate, "period begins");
        On(fra.TerminationDate, "period ends");
        On(fra.PaymentDate, "payment");
    }

    private void Tell(CapFloor cap)
    {
        Tell(cap.Stream, cap.Kind);
        foreach (Premium premium in cap.Premiums) Tell(premium, "premium");
    }

    private void Tell(Swaption swaption)
    {
        Say($"{swaption.Buyer} may enter the swap with {swaption.Seller}: "
            + Until(swaption.Style, swaption.ExpirationDate)
            + (swaption.Settlement is { } settlement ? $", {settlement} settlement." : "."));
        On(swaption.ExpirationDate, "right expires");
        foreach (Premium premium in swaption.Premiums) Tell(premium, "premium");
        if (swaption.Underlying is { } swap) Tell(swap);
    }

    private void Tell(CreditDefaultSwap credit)
    {
        string reference = credit.Form is CreditReference.Index or CreditReference.Tranche ? Masked(credit.Reference)
            : credit.Reference is { } name ? Redaction.Name.Mask(name) : "a basket";
        if (credit.ReferenceId is { } id) reference += $" ({Masked(id)})";
        Say($"{credit.Buyer} buys protection on {reference} from {credit.Seller} "
            + $"for {credit.Notional?.ToString() ?? "an amount set elsewhere"}"
            + (credit.FixedRate is { } rate ? $" and pays {Percent(rate)} a year{Every(credit.PaymentFrequency)}."
                : "."));
        if (credit.Attachment is { } from && credit.Exhaustion is { } to)
            Say($"Only losses of the index from {Percent(from)} to {Percent(to)} are covered.");
        _lines.Add(new TradeLine("protection", credit.Seller, credit.Buyer, credit.Notional?.ToString(), null, null));
        if (credit.FixedRate is { } paid)
        {
            _lines.Add(new TradeLine("fee", credit.Buyer, credit.Seller, credit.Notional?.ToString(), Percent(paid),
                credit.PaymentFrequency is null ? null : $"every {credit.PaymentFrequency}"));
        }

        On(credit.EffectiveDate, "protection begins");
        On(credit.TerminationDate, "protection ends");
        foreach (Premium payment in credit.UpFront) Tell(payment, "payment");
    }

    private void Tell(FxExchange exchange, string what)
    {
        Say($"{exchange.PayerOfFirst} pays {exchange.First} and {exchange.PayerOfSecond} pays {exchange.Second} "
            + $"on {Shown(exchange.ValueDate)}"
            + (exchange.Rate is { } rate
                ? $", at {Plain(rate)}{(exchange.Quotation is { } quoted ? $" {quoted}" : "")}." : "."));
        if (exchange.IsNonDeliverable) Say("Only the difference is paid.");
        string? at = exchange.Rate is { } price ? Plain(price) : null;
        _lines.Add(new TradeLine(what, exchange.PayerOfFirst, exchange.PayerOfSecond, exchange.First?.ToString(), at,
            null));
        _lines.Add(new TradeLine(what, exchange.PayerOfSecond, exchange.PayerOfFirst, exchange.Second?.ToString(), at,
            null));
        On(exchange.ValueDate, $"value date of the {what}");
    }

    private void Tell(FxOption option)
    {
        Say($"{option.Buyer} may sell {option.Put} to {option.Seller} for {option.Call}"
            + (option.Strike is { } strike ? $", at {Plain(strike)}" : "")
            + $": {Until(option.Style, option.ExpiryDate)}.");
        string? at = option.Strike is { } price ? Plain(price) : null;
        _lines.Add(new TradeLine("put", option.Buyer, option.Seller, option.Put?.ToString(), at, null));
        _lines.Add(new TradeLine("call", option.Seller, option.Buyer, option.Call?.ToString(), at, null));
        On(option.ExpiryDate, "right expires");
        On(option.ValueDate, "settlement if exercised");
        foreach (Premium premium in option.Premiums) Tell(premium, "premium");
    }

    private void Tell(EquityOption option)
    {
        Say($"{option.Buyer} buys a {option.OptionType?.ToLowerInvariant() ?? "option"} "
            + $"on {Masked(option.Underlying)} from {option.Seller}"
            + (option.Strike is { } strike ? $", strike {option.StrikeCurrency} {Plain(strike)}".Replace("  ", " ",
                StringComparison.Ordinal) : "")
            + $": {Until(option.Style, option.ExpirationDate)}.");
        _lines.Add(new TradeLine(option.OptionType ?? "option", option.Seller, option.Buyer,
            option.Notional?.ToString(),
            option.Strike is { } at ? Plain(at) : null,
            option.NumberOfOptions is { } number ? $"{Plain(number)} options" : null));
        On(option.ExpirationDate, "right expires");
        foreach (Premium premium in option.Premiums) Tell(premium, "premium");
    }

    private void Tell(EquitySwap swap)
    {
        foreach (EquityLeg leg in swap.Legs)
        {
            string what = leg.IsReturn
                ? $"the {leg.ReturnType?.ToLowerInvariant() ?? "equity"} return of {Masked(leg.Underlying)}"
                : Masked(leg.Rate ?? "interest"), name = leg.IsReturn ? "return leg" : "interest leg";
            Say($"{leg.Payer} pays {what} to {leg.Receiver}{(leg.Notional is { } notional ? $" on {notional}" : "")}.");
            _lines.Add(new TradeLine(name, leg.Payer, leg.Receiver, leg.Notional?.ToString(), what, null));
            On(leg.EffectiveDate, $"{name} begins");
            On(leg.TerminationDate, $"{name} ends");
        }
    }

    private void Tell(CommoditySwap swap)
    {
        foreach (CommodityLeg leg in swap.Legs)
        {
            string form = ProductReader.InWords(leg.Form);
            string what = leg.Price is { } price ? $"{price} a {Masked(leg.PriceUnit ?? "unit")}"
                : leg.Commodity is { } commodity ? $"the price of {Masked(commodity)}" : "what the leg sets";
            Say($"{leg.Payer} gives {what} to {leg.Receiver} for {leg.Quantity ?? "a quantity set elsewhere"}.");
            _lines.Add(new TradeLine(form, leg.Payer, leg.Receiver, leg.Quantity, what,
                leg.TotalQuantity is { } total ? $"{Plain(total)} in all" : null));
        }

        On(swap.EffectiveDate, "term begins");
        On(swap.TerminationDate, "term ends");
    }

    private void Tell(CommodityOption option)
    {
        Say($"{option.Buyer} buys a {option.OptionType?.ToLowerInvariant() ?? "option"} "
            + $"on {Masked(option.Commodity)} from {option.Seller}"
            + (option.Strike is { } strike ? $", strike {strike}" : "")
            + $": {Until(option.Style, option.ExpirationDate)}.");
        _lines.Add(new TradeLine(option.OptionType ?? "option", option.Seller, option.Buyer, option.Quantity,
            option.Strike?.ToString(), null));
        On(option.EffectiveDate, "term begins");
        On(option.TerminationDate, "term ends");
        On(option.ExpirationDate, "right expires");
        foreach (Premium premium in option.Premiums) Tell(premium, "premium");
    }

    private void Tell(Premium premium, string what)
    {
        if (premium.Amount is null && premium.Date is null) return;
        Say($"{premium.Payer ?? "The buyer"} pays a {what} of {premium.Amount?.ToString() ?? "an amount set elsewhere"}"
            + (premium.Date is { } date ? $" on {Day(date)}." : "."));
        _lines.Add(new TradeLine(what, premium.Payer, premium.Receiver, premium.Amount?.ToString(), null, null));
        On(premium.Date, what);
    }

    private static string RateOf(RateLeg leg)
    {
        if (leg.FixedRate is { } rate) return Percent(rate);
        if (leg.Index is null) return "known amounts";
        string index = $"{Masked(leg.Index)}{(leg.IndexTenor is { } tenor ? $" {tenor}" : "")}";
        if (leg.Spread is > 0 and { } above) index += $" + {Percent(above)}";
        if (leg.Spread is < 0 and { } below) index += $" - {Percent(-below)}";
        if (leg.Cap is { } cap) index += $", what is above {Percent(cap)}";
        return leg.Floor is { } floor ? $"{index}, what is below {Percent(floor)}" : index;
    }

    private static string PeriodOf(RateLeg leg) =>
        Every(leg.PaymentFrequency) + (leg.DayCount is { } count ? $", {Masked(count)}" : "");

    private static string Until(string? style, DateOnly? expiry) => $"{style ?? "an exercise"} until {Shown(expiry)}";

    private static string Every(string? period) =>
        period is null ? "" : period.EndsWith('T') ? ", at the end" : $", every {period}";

    private static string Percent(decimal? rate) => rate is not { } value ? "a rate set elsewhere"
        : Math.Abs(value) < 1e20m ? $"{(value * 100).ToString("0.############", CultureInfo.InvariantCulture)} %"
            : Plain(value);

    private static string Plain(decimal value) => value.ToString("#,##0.############", CultureInfo.InvariantCulture);

    private static string Shown(DateOnly? date) => date is { } day ? Day(day) : "a day set elsewhere";

    private static string Masked(string? text) => text is null ? "what is set elsewhere" : Redaction.None.Mask(text);

    private void Say(string sentence) => _sentences.Add(Redacted(sentence));

    // Identifiers of parties are the document's own text.
    private static string Redacted(string sentence) => string.Concat(sentence.Where(c => !char.IsControl(c)));

    private void On(DateOnly? date, string what)
    {
        if (date is { } day) _days.Add(new TradeDay(day, what));
    }
}
