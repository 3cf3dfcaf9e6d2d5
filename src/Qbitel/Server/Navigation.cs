using Qbitel.Pages;

namespace Qbitel.Server;

/// <summary>The pages that have something to show, in the order in which they were mapped.</summary>
internal sealed class Navigation
{
    private readonly List<NavigationEntry> _entries = [];

    public IReadOnlyList<NavigationEntry> Entries => _entries;

    public void Add(NavigationEntry entry) => _entries.Add(entry);
}
