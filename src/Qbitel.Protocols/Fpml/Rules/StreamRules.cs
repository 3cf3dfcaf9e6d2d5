namespace Qbitel.Protocols.Fpml.Rules;

/// <summary>Interest rate streams: the dates of their periods and what steps along them.</summary>
internal static class StreamRules
{
    public static void Add(FpmlRuleSink add)
    {
        add(Terms, "calculationPeriodDates");
        add(Stream, "swapStream", "capFloorStream");
        add(Reset, "resetFrequency");
    }

    // Which date must come before which; the numbers are FpML's.
    private static void Terms(FpmlCase asked, int node)
    {
        int effective = asked.Find(node, "effectiveDate/unadjustedDate"u8);
        int termination = asked.Find(node, "terminationDate/unadjustedDate"u8);
        int firstStart = asked.Find(node, "firstPeriodStartDate/unadjustedDate"u8);
        int firstRegular = asked.Find(node, "firstRegularPeriodStartDate"u8);
        int lastRegular = asked.Find(node, "lastRegularPeriodEndDate"u8);
        asked.InOrder("Fpml.DateOrder", effective, termination, "ird-14");
        asked.InOrder("Fpml.DateOrder", firstRegular, termination, "ird-16");
        asked.InOrder("Fpml.DateOrder", lastRegular, termination, "ird-17");
        asked.InOrder("Fpml.DateOrder", firstRegular, lastRegular, "ird-18");
        asked.InOrder("Fpml.DateOrder", effective, lastRegular, "ird-20");
        asked.InOrder("Fpml.DateOrder", firstStart, effective, "ird-21");
        asked.InOrder("Fpml.DateOrder", firstStart, firstRegular, "ird-22");

        int frequency = asked.Find(node, "calculationPeriodFrequency"u8);
        if (frequency < 0 || asked.Period(frequency) is not { } period || period.Unit is not ('M' or 'Y')) return;
        string roll = asked.Value(frequency, "rollConvention"u8) ?? "NONE";
        int start = firstRegular >= 0 ? firstRegular : firstStart >= 0 ? firstStart : effective;
        int end = lastRegular >= 0 ? lastRegular : termination;
        if (asked.Date(start) is { } first && !FpmlSchedule.Rolls(first, roll))
        {
            asked.Warn("Fpml.Roll", start, "the regular periods do not begin on the day they roll on (ird-10)",
                $"a day as {roll} has it");
        }

        if (asked.Date(end) is { } last && !FpmlSchedule.Rolls(last, roll))
        {
            asked.Warn("Fpml.Roll", end, "the regular periods do not end on the day they roll on (ird-11)",
                $"a day as {roll} has it");
        }
    }

    private static void Reset(FpmlCase asked, int node)
    {
        bool isWeekly = asked.Is(node, "period"u8, "W"u8), hasDay = asked.Has(node, "weeklyRollConvention"u8);
        if (isWeekly == hasDay) return;
        asked.Error("Fpml.WeeklyRoll", node, "a day of the week goes with weeks, and only with them (ird-49)",
            isWeekly ? "weeklyRollConvention" : "no weeklyRollConvention", hasDay ? "one" : "none");
    }

    private static void Stream(FpmlCase asked, int node)
    {
        int dates = asked.Find(node, "calculationPeriodDates"u8);
        if (dates < 0) return;

        int payment = asked.Find(node, "paymentDates"u8), reset = asked.Find(node, "resetDates"u8);
        int calculation = asked.Find(node, "calculationPeriodAmount/calculation"u8);
        FpmlSchedule? schedule = Schedule(asked, dates);
        FpmlPeriod? every = asked.Period(asked.Find(dates, "calculationPeriodFrequency"u8));
        if (schedule is { IsWhole: false })
        {
            asked.Warn("Fpml.Schedule", asked.Find(dates, "calculationPeriodFrequency"u8),
                "the regular periods are not a whole number of calculation periods (ird-12)",
                "a frequency that divides the term", every?.ToString());
        }

        Payments(asked, payment, dates, every, schedule, calculation);
        if (every is { } of && asked.Period(asked.Find(reset, "resetFrequency"u8)) is { } resets && reset >= 0
            && !of.IsMultipleOf(resets))
        {
            asked.Error("Fpml.Frequency", asked.Find(reset, "resetFrequency"u8),
                "a calculation period is not a whole number of reset periods (ird-5)", $"a frequency that divides {of}",
                resets.ToString());
        }

        int method = calculation < 0 ? -1 : asked.Find(calculation, "compoundingMethod"u8);
        if (method >= 0 && reset < 0)
        {
            asked.Warn("Fpml.Compounding", method, "interest is compounded where no rate is reset (ird-9)",
                "resetDates beside it");
        }

        Stubs(asked, node, dates);
        Steps(asked, node, calculation, dates, schedule);
    }

    private static FpmlSchedule? Schedule(FpmlCase asked, int dates)
    {
        DateOnly? effective = asked.Date(dates, "firstPeriodStartDate/unadjustedDate"u8)
            ?? asked.Date(dates, "effectiveDate/unadjustedDate"u8);
        DateOnly? termination = asked.Date(dates, "terminationDate/unadjustedDate"u8);
        int frequency = asked.Find(dates, "calculationPeriodFrequency"u8);
        if (effective is not { } from || termination is not { } to || asked.Period(frequency) is not { } period)
            return null;

        DateOnly start = asked.Date(dates, "firstRegularPeriodStartDate"u8) ?? from;
        DateOnly end = asked.Date(dates, "lastRegularPeriodEndDate"u8) ?? to;
        if (from > start || start >= end || end > to) return null; // told already
        return FpmlSchedule.Of(from, start, end, to, period, asked.Value(frequency, "rollConvention"u8) ?? "NONE");
    }

    private static void Payments(FpmlCase asked, int payment, int dates, FpmlPeriod? every, FpmlSchedule? schedule,
        int calculation)
    {
        if (payment < 0) return;

        int frequency = asked.Find(payment, "paymentFrequency"u8);
        // Rates compounded or averaged daily are calculated over periods of their own.
        bool isDaily = calculation >= 0 && asked.Has(calculation, "floatingRateCalculation/calculationParameters"u8);
        if (every is { } period && asked.Period(frequency) is { } pays && !isDaily && !pays.IsMultipleOf(period))
        {
            asked.Error("Fpml.Frequency", frequency,
                "a payment period is not a whole number of calculation periods (ird-1)",
                $"a multiple of {period}", pays.ToString());
        }

        int first = asked.Find(payment, "firstPaymentDate"u8), last = asked.Find(payment, "lastRegularPaymentDate"u8);
        asked.InOrder("Fpml.DateOrder", first, last, "ird-35");
        asked.InOrder("Fpml.DateOrder", asked.Find(dates, "effectiveDate/unadjustedDate"u8), first, "ird-6",
            mayBeSame: true);
        if (schedule is null || asked.Target(payment, "calculationPeriodDatesReference"u8) != dates) return;

        if (asked.Date(first) is { } firstDate && !schedule.Has(firstDate))
        {
            asked.Warn("Fpml.Schedule", first, "the first payment is not on the end of a calculation period (ird-3)",
                "a calculation date");
        }

        if (asked.Date(last) is { } lastDate && !schedule.Has(lastDate))
        {
            asked.Warn("Fpml.Schedule", last,
                "the last regular payment is not on the end of a calculation period (ird-4)",
                "a calculation date");
        }
    }

    private static void Stubs(FpmlCase asked, int node, int dates)
    {
        int stubs = asked.Find(node, "stubCalculationPeriodAmount"u8);
        if (stubs < 0) return;

        int initial = asked.Find(stubs, "initialStub"u8), final = asked.Find(stubs, "finalStub"u8);
        if (initial >= 0 && !asked.Has(dates, "firstRegularPeriodStartDate"u8))
        {
            asked.Error("Fpml.Stub", initial, "a first stub needs the date the regular periods begin (ird-23)",
                "firstRegularPeriodStartDate", "none");
        }

        if (final >= 0 && !asked.Has(dates, "lastRegularPeriodEndDate"u8))
        {
            asked.Error("Fpml.Stub", final, "a last stub needs the date the regular periods end (ird-24)",
                "lastRegularPeriodEndDate", "none");
        }
    }

    private static void Steps(FpmlCase asked, int node, int calculation, int dates, FpmlSchedule? schedule)
    {
        int known = asked.Find(node, "calculationPeriodAmount/knownAmountSchedule"u8);
        if (known >= 0) Steps(asked, known, schedule, dates, "steps");
        if (calculation < 0) return;

        int rate = asked.Find(calculation, "floatingRateCalculation"u8);
        Steps(asked, asked.Find(calculation, "notionalSchedule/notionalStepSchedule"u8), schedule, dates, "ird-50");
        Steps(asked, asked.Find(calculation, "fixedRateSchedule"u8), schedule, dates, "ird-51");
        if (rate < 0) return;
        foreach (int cap in asked.Each(rate, "capRateSchedule")) Steps(asked, cap, schedule, dates, "ird-52");
        foreach (int floor in asked.Each(rate, "floorRateSchedule")) Steps(asked, floor, schedule, dates, "ird-53");
        foreach (int spread in asked.Each(rate, "spreadSchedule")) Steps(asked, spread, schedule, dates, "steps");
    }

    private static void Steps(FpmlCase asked, int node, FpmlSchedule? schedule, int dates, string rule)
    {
        if (node < 0) return;

        DateOnly? before = null;
        foreach (int step in asked.Each(node, "step"))
        {
            int at = asked.Find(step, "stepDate"u8);
            if (asked.Date(at) is not { } date) continue;
            if (before is { } earlier && date <= earlier)
            {
                asked.Error("Fpml.StepOrder", at, $"steps are not in the order of their dates ({rule})",
                    $"a date after {FpmlCase.Shown(earlier)}");
            }

            before = date;
            if (schedule is not null && !schedule.Has(date))
            {
                asked.Warn("Fpml.StepDate", at, $"the step is not at the start of a calculation period ({rule})",
                    "a calculation date");
            }
            else if (asked.Date(dates, "terminationDate/unadjustedDate"u8) is { } end && date >= end)
            {
                asked.Error("Fpml.StepDate", at, $"the step is after the last period has begun ({rule})",
                    $"a date before {FpmlCase.Shown(end)}");
            }
        }
    }
}
