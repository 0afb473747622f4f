namespace CourseKit.Training;

/// <summary>Where a training run of any kind stands: what a live view of it shows.</summary>
public interface ITrainingProgress
{
    /// <summary>Updates so far.</summary>
    long Update { get; }

    /// <summary>Updates there will have been at the end of this run.</summary>
    long Updates { get; }

    /// <summary>What there is to draw: a chart, a curve in it, and the curve's value at this update.</summary>
    IReadOnlyList<(string Chart, string Curve, double Value)> Figures { get; }
}
