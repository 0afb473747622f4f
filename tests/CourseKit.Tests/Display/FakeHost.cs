using CourseKit.Display;

namespace CourseKit.Tests.Display;

/// <summary>A notebook kernel's display hook that notes what it was given.</summary>
internal sealed class FakeHost : IDisposable
{
    private readonly object? before = AppContext.GetData(NotebookHost.DisplayHook);

    public FakeHost() => AppContext.SetData(NotebookHost.DisplayHook, (Func<object?, Action<object?>>)(value =>
    {
        Displayed.Add(value);
        return Updates.Add;
    }));

    public List<object?> Displayed { get; } = [];

    public List<object?> Updates { get; } = [];

    public void Dispose() => AppContext.SetData(NotebookHost.DisplayHook, before);
}
