using System.Globalization;
using Qbitel.Protocols.Fix.Tables;

namespace Qbitel.Protocols.Fix.Settings;

/// <summary>
/// Names the place of one field after the other, in the words of settings: <c>NoPartyIDs[2]/PartyID</c> is the party
/// identifier of the second party.
/// </summary>
internal sealed class FixPaths(FixDictionary? dictionary, string messageType)
{
    private readonly FixMembers? _members = (dictionary?.Message(messageType) ?? dictionary?.Frame)?.Members;
    private readonly Stack<Level> _levels = new();

    /// <summary>How many groups the field stands in whose path was asked for last.</summary>
    public int Depth { get; private set; }

    /// <summary>The path of the next field of the message where it stands in a group; null where it does not.
    /// </summary>
    public string? Next(int tag)
    {
        if (dictionary is null || _members is null) return null;

        while (_levels.TryPeek(out Level? level))
        {
            int place = level.Group.PlaceOf(tag);
            if (place == 0 || (level.Entry == 0 && place > 0)) level.Entry++;
            if (level.Entry > 0 && FixGroup.IsOwn(dictionary, place, tag)) break;
            _levels.Pop();
        }

        string own = dictionary.Field(tag)?.Name ?? tag.ToString(CultureInfo.InvariantCulture);
        string path = _levels.TryPeek(out Level? inner)
            ? string.Create(CultureInfo.InvariantCulture, $"{inner.Path}[{inner.Entry}]/{own}") : own;
        Depth = _levels.Count;
        FixMembers members = inner?.Group ?? _members;
        if (members.PlaceOf(tag) is >= 0 and int at && members.All[at].Group is { } group && _levels.Count < 16)
        {
            _levels.Push(new Level(group, path));
        }

        return Depth == 0 ? null : path;
    }

    private sealed class Level(FixMembers group, string path)
    {
        public FixMembers Group => group;

        public string Path => path;

        public int Entry { get; set; }
    }
}
