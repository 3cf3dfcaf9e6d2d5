using Qbitel.Protocols.Nacha.Rules;

namespace Qbitel.Protocols.Nacha.Building;

/// <summary>Makes one entry with its addenda; it comes from a <see cref="NachaBatchBuilder"/>.</summary>
public sealed class NachaEntryBuilder
{
    private readonly NachaBatchBuilder _batch;
    private readonly List<NachaDraft> _addenda = [];

    internal NachaEntryBuilder(NachaBatchBuilder batch, NachaLayout layout)
    {
        _batch = batch;
        Draft = new NachaDraft(layout, '6');
    }

    internal NachaDraft Draft { get; }

    internal int Code => Ascii.TwoDigits(Draft.Record, 1);

    /// <summary>Sets a field, such as <c>name</c> or <c>identification</c>.</summary>
    /// <exception cref="ArgumentException">The entry's class has no such field.</exception>
    /// <exception cref="MessageFormatException">The value does not fit its field.</exception>
    public NachaEntryBuilder Set(string field, string value)
    {
        Draft.Set(field, value);
        return this;
    }

    /// <summary>Adds payment related information: addenda 05, or 17 in an international entry.</summary>
    /// <exception cref="MessageFormatException">The text is longer than 80 characters.</exception>
    public NachaEntryBuilder AddAddenda(string text)
    {
        Add(_batch.IsInternational ? "addenda17" : "addenda05").Set("text", text);
        return this;
    }

    /// <summary>Adds an addenda record of any type.</summary>
    /// <param name="type">02, 05, 10 to 18, 98 or 99.</param>
    /// <param name="fields">Names and values; sequence and trace numbers are filled in.</param>
    /// <exception cref="ArgumentException">There is no such type or field.</exception>
    /// <exception cref="MessageFormatException">A value does not fit its field.</exception>
    public NachaEntryBuilder AddAddenda(string type, params ReadOnlySpan<(string Field, string Value)> fields)
    {
        NachaLayout? layout = int.TryParse(type, System.Globalization.NumberStyles.None, null, out int number)
            && number is 2 or 5 or (>= 10 and <= 18) or 98 or 99 ? NachaLayout.Of($"addenda{number:D2}") : null;
        if (layout is null) throw new ArgumentException($"there is no addenda {type}", nameof(type));

        NachaDraft addenda = Add(layout.Name);
        foreach ((string field, string value) in fields) addenda.Set(field, value);
        return this;
    }

    internal NachaDraft Add(string layout)
    {
        NachaDraft addenda = new(NachaLayout.Of(layout), '7');
        addenda.Set("addendaType", layout.AsSpan("addenda".Length, 2));
        _addenda.Add(addenda);
        return addenda;
    }

    internal NachaSums WriteTo(NachaBatchBuilder.Writer write, int sequence)
    {
        Draft.Set("addendaIndicator", _addenda.Count > 0 ? "1" : "0");
        if (Draft.Layout.Find("addendaCount") is not null) Draft.Set("addendaCount", _addenda.Count);
        string trace = "";
        if (Draft.Layout.Trace is null)
        {
            Draft.Set("sequence", sequence);
        }
        else
        {
            trace = _batch.NextTrace();
            Draft.Set("trace", trace);
        }

        write(Draft.Record);
        string lastLayout = "";
        int count = 0;
        foreach (NachaDraft addenda in _addenda)
        {
            count = addenda.Layout.Name == lastLayout ? count + 1 : 1;
            lastLayout = addenda.Layout.Name;
            if (addenda.Layout.Sequence is not null) addenda.Set("sequence", count);
            if (trace.Length > 0)
            {
                if (addenda.Layout.EntrySequence is not null) addenda.Set("entrySequence", trace.AsSpan()[^7..]);
                if (addenda.Layout.Trace is not null) addenda.Set("trace", trace);
            }

            write(addenda.Record);
        }

        NachaSums sums = new() { Count = 1 + _addenda.Count };
        sums.Add(NachaNumber.Read(Draft.Record.Slice(3, 8)), Code,
            NachaNumber.Read(Draft.Layout.Amount!.Of(Draft.Record)));
        return sums;
    }
}
