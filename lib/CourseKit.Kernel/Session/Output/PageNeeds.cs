using CourseKit.Kernel.Display;

namespace CourseKit.Kernel.Session.Output;

/// <summary>
/// Which cells of a session carry what the page needs once. The first cell that needs it carries it. If that cell runs again, its outputs are
/// replaced, so it carries it again.
/// </summary>
internal sealed class PageNeeds
{
    private readonly Dictionary<string, string> carriers = [];

    /// <summary>A function that says whether a running cell has to output a need now: at most once for each need.</summary>
    /// <param name="cell">The cell's source.</param>
    public Func<PageNeed, bool> Of(string cell)
    {
        HashSet<string> carried = [];
        return need =>
        {
            if (carriers.TryAdd(need.Name, cell) || carriers[need.Name] == cell)
                return carried.Add(need.Name);
            return false;
        };
    }
}
