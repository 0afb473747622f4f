namespace CourseKit.Training;

/// <summary>The state of a training run of any kind. <see cref="Plots.LiveTraining"/> shows the state.</summary>
public interface ITrainingProgress
{
    /// <summary>Updates so far, earlier runs included.</summary>
    long Update { get; }

    /// <summary>The value of Update at the end of this run, earlier runs included.</summary>
    long Updates { get; }

    /// <summary>The figures to draw: a chart, a curve in the chart, and the curve's value at this update.</summary>
    IReadOnlyList<(string Chart, string Curve, double Value)> Figures { get; }
}
