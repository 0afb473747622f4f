namespace CourseKit.Display;

/// <summary>A displayed value that can be replaced while its cell runs.</summary>
public sealed class DisplayHandle
{
    private readonly Action<object?> update;

    internal DisplayHandle(Action<object?> update) => this.update = update;

    /// <summary>Shows another value in the same place.</summary>
    /// <param name="value">What to show instead.</param>
    public void Update(object? value) => update(value);
}
