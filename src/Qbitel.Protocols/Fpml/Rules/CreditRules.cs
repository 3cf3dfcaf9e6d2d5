namespace Qbitel.Protocols.Fpml.Rules;

/// <summary>Credit default swaps.</summary>
internal static class CreditRules
{
    public static void Add(FpmlRuleSink add)
    {
        add(Swap, "creditDefaultSwap");
        add(Tranche, "tranche");
        add(Pool, "referencePool");
        add(Basket, "basketReferenceInformation");
        add(General, "generalTerms");
    }

    private static void Swap(FpmlCase asked, int node)
    {
        int effective = asked.Find(node, "generalTerms/effectiveDate/unadjustedDate"u8);
        int termination = asked.Find(node, "generalTerms/scheduledTerminationDate/unadjustedDate"u8);
        asked.InOrder("Fpml.DateOrder", effective, termination, "cd-5");
        int fees = asked.Find(node, "feeLeg"u8);
        if (fees < 0) return;

        foreach (int single in asked.Each(fees, "singlePayment"))
        {
            int date = asked.Find(single, "adjustablePaymentDate"u8);
            asked.InOrder("Fpml.DateOrder", effective, date, "cd-26");
            asked.InOrder("Fpml.DateOrder", date, termination, "cd-27");
        }

        int periodic = asked.Find(fees, "periodicPayment"u8);
        if (periodic < 0) return;
        int first = asked.Find(periodic, "firstPaymentDate"u8), last = asked.Find(periodic, "lastRegularPaymentDate"u8);
        asked.InOrder("Fpml.DateOrder", effective, first, "cd-28");
        asked.InOrder("Fpml.DateOrder", first, termination, "cd-29");
        asked.InOrder("Fpml.DateOrder", last, termination, "cd-30");
        asked.InOrder("Fpml.DateOrder", first, last, "cd-31");
        if (asked.Date(first) is not { } from || asked.Date(last) is not { } to || from >= to) return;

        int frequency = asked.Find(periodic, "paymentFrequency"u8);
        string roll = asked.Value(periodic, "rollConvention"u8) ?? "NONE";
        if (asked.Period(frequency) is { } every
            && FpmlSchedule.Of(from, from, to, to, every, roll) is { IsWhole: false })
        {
            asked.Warn("Fpml.Schedule", frequency, "the payments are not a whole number of periods (cd-33)",
                "a frequency that divides the time from the first to the last", every.ToString());
        }
    }

    private static void General(FpmlCase asked, int node)
    {
        int price = asked.Find(node, "referenceInformation/referencePrice"u8);
        if (asked.Amount(price) is < 0)
            asked.Error("Fpml.Rate", price, "the reference price is negative (cd-12)", "zero or more");
        int delivery = asked.Find(node, "modifiedEquityDelivery"u8);
        if (delivery >= 0 && !asked.Has(node, "indexReferenceInformation/tranche"u8))
            asked.Error("Fpml.Tranche", delivery, "only a tranche of an index has it (cd-41)", "none");
        int substitution = asked.Find(node, "substitution"u8);
        if (substitution >= 0 && !asked.Has(node, "basketReferenceInformation"u8))
            asked.Error("Fpml.Basket", substitution, "only a basket has it (cd-42)", "none");
    }

    private static void Tranche(FpmlCase asked, int node)
    {
        int end = asked.Find(node, "exhaustionPoint"u8);
        if (asked.Amount(node, "attachmentPoint"u8) is { } from && asked.Amount(end) is { } to && from > to)
        {
            asked.Error("Fpml.Tranche", end, "the tranche ends below where it attaches (cd-40)",
                "no less than attachmentPoint");
        }
    }

    private static void Pool(FpmlCase asked, int node)
    {
        decimal sum = 0;
        int items = 0, weighted = 0;
        foreach (int item in asked.Each(node, "referencePoolItem"))
        {
            items++;
            if (asked.Amount(item, "constituentWeight/basketPercentage"u8) is not { } weight) continue;
            if (Math.Abs(weight) > 1e6m) return;
            weighted++;
            sum += weight;
        }

        if (weighted == 0) return;
        if (weighted != items)
        {
            asked.Error("Fpml.Basket", node, "some constituents have a weight and some have none (cd-44)",
                "all or none");
        }
        else if (sum != 1)
        {
            asked.Error("Fpml.Basket", node, "the weights do not add up (cd-38)", "a sum of 1",
                sum.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
    }

    private static void Basket(FpmlCase asked, int node)
    {
        int other = asked.Find(node, "mthToDefault"u8);
        if (asked.Amount(node, "nthToDefault"u8) is { } from && asked.Amount(other) is { } to && from >= to)
        {
            asked.Error("Fpml.Basket", other, "the last default is not after the first (cd-39)",
                "more than nthToDefault");
        }
    }
}
