using CourseKit.Kernel.Display;

namespace CourseKit.Kernel.Session.Directives;

/// <summary>Code of an imported file failed; its error is ready to be shown.</summary>
internal sealed class ImportFailedException(CellError error) : Exception(error.Message)
{
    public CellError Error => error;
}
