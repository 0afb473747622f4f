using CourseKit.Display;

namespace CourseKit.Tests.Display;

/// <summary>A notebook kernel's display hook that notes what it was given, and its cell, which ends when a test says so.</summary>
internal sealed class FakeHost : IDisposable
{
    private readonly object? before = AppContext.GetData(NotebookHost.DisplayHook), beforeAtEnd = AppContext.GetData(NotebookHost.AtEndHook);
    private readonly List<Action> atEnd = [];

    public FakeHost()
    {
        AppContext.SetData(NotebookHost.DisplayHook, (Func<object?, Action<object?>>)(value =>
        {
            Displayed.Add(value);
            return Updates.Add;
        }));
        AppContext.SetData(NotebookHost.AtEndHook, (Action<Action>)atEnd.Add);
    }

    public List<object?> Displayed { get; } = [];

    public List<object?> Updates { get; } = [];

    /// <summary>Ends the cell.</summary>
    public void EndCell()
    {
        atEnd.ForEach(action => action());
        atEnd.Clear();
    }

    public void Dispose()
    {
        AppContext.SetData(NotebookHost.DisplayHook, before);
        AppContext.SetData(NotebookHost.AtEndHook, beforeAtEnd);
    }
}
