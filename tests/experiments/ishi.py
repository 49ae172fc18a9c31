import numpy as np

from simulator.results.runs import Recording


def ishigami(scenario, policy, replicate):
    v={e.name:e for e in scenario.policies[0].instruments}
    u=np.array([v["service_purchase"].values["annual_budget_yuan"].value/8, v["hub_grant"].values["annual_yuan_per_hub"].value/3e5, v["venture_contest"].values["annual_budget_yuan"].value/3])
    x=(2*u-1)*np.pi
    y=np.sin(x[0])+7*np.sin(x[1])**2+0.1*x[2]**4*np.sin(x[0])
    luck=np.random.default_rng([scenario.seed,replicate]).normal()
    values=np.zeros((1,scenario.months+1,1)); values[0,:,0]=100+(y+luck)*np.arange(scenario.months+1)/scenario.months
    return Recording(("active_count",),("district",),values,{},{},{"residents":0.0})
