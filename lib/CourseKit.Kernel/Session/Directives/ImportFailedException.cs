using CourseKit.Kernel.Display;

namespace CourseKit.Kernel.Session.Directives;

/// <summary>The code of an imported file failed. <see cref="Error"/> can be shown as it is.</summary>
internal sealed class ImportFailedException(CellError error) : Exception(error.Message)
{
    public CellError Error => error;
}
